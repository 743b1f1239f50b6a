using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary><c>GET /v1/podcasts/{id}/episodes/{episode_id}/audio.mp3</c>: the enclosure.</summary>
public static class EnclosureEndpoint
{
    private const string Preview = "no-store";

    /// <summary>Sends the audio, or a preview of paywalled audio; redirects to external audio, and to a fresh address for one that has expired.</summary>
    public static async Task<IResult> GetAsync(
        Guid podcastId, Guid episodeId, HttpContext context, EnclosureCache enclosures, FeedAccess access, AccessPolicy policy, IObjectStore store, DownloadMeter downloads, PublicAddress address)
    {
        if (await FindAsync(podcastId, episodeId, context, enclosures, access) is not { } found)
            return NotFound();
        var (enclosure, signed) = found;
        if (signed is { IsExpired: true })
        {
            context.Response.Headers.CacheControl = Preview;
            return TypedResults.Redirect(address.Of(PodcastPaths.Audio(podcastId, episodeId)) + access.Sign(signed.Value.Token, episodeId));
        }
        var publication = Publication.From(podcastId, enclosure.Access);
        var refusal = await policy.RefuseAsync(publication, signed?.User ?? context.User);
        var isPreview = refusal is not null && enclosure.PreviewBytes > 0 && await policy.RefuseAsync(publication with { Monetized = false }, context.User) is null;
        if (refusal is not null && !isPreview)
            return refusal;

        var isWhole = !isPreview && HttpMethods.IsGet(context.Request.Method);
        if (enclosure.ExternalUrl is { } external)
        {
            if (isWhole && !IsProbe(context.Request))
                await downloads.RecordAsync(podcastId, episodeId, 1, 1, context);
            context.Response.Headers.CacheControl = Preview;
            return TypedResults.Redirect(external.Value);
        }
        var asset = enclosure.Media!.Asset!;
        var length = isPreview ? enclosure.PreviewBytes : enclosure.Media.Length;
        var cacheControl = isPreview ? Preview : publication.IsShareable ? "public, max-age=3600" : "private, max-age=3600";
        if (MediaResponses.Begin(context, length, ETagOf(asset.Mp3.Key, length), enclosure.Media.ContentType, cacheControl) is not { } range || !HttpMethods.IsGet(context.Request.Method))
            return TypedResults.Empty;
        await using var content = await store.OpenAsync(asset.Mp3.Key, range.Offset, range.Length, context.RequestAborted);
        if (content is null)
        {
            context.Response.Headers.Clear();
            return NotFound();
        }
        await using var metered = new Meter(isWhole && !IsProbe(context.Request) ? enclosure.CountedBytes : 0, bytes => downloads.RecordAsync(podcastId, episodeId, bytes, enclosure.CountedBytes, context));
        // Each piece is counted before it is sent as soon as it makes a download, so that a crash loses none that somebody heard.
        await context.SendAsync(content.Content, range.Length, metered.AddAsync);
        return TypedResults.Empty;
    }

    /// <summary>Finds what a request may know of: an episode that is published, or the owner's.</summary>
    internal static async ValueTask<(Enclosure Enclosure, (FeedToken Token, ClaimsPrincipal User, bool IsExpired)? Signed)?> FindAsync(
        Guid podcastId, Guid episodeId, HttpContext context, EnclosureCache enclosures, FeedAccess access)
    {
        if (await enclosures.FindAsync((podcastId, episodeId)) is not { Media: not null } enclosure || (!enclosure.IsPublished && !context.User.ToPodcastReader().Owns(enclosure.Access.OwnerId)))
            return null;
        return (enclosure, await access.FindSignedAsync(context, podcastId, episodeId));
    }

    /// <summary>Players ask for two bytes to learn whether ranges work; that is never a download (IAB, section 4.3).</summary>
    private static bool IsProbe(HttpRequest request) => request.Headers.Range == "bytes=0-1";

    /// <summary>The object never changes at its key.</summary>
    private static string ETagOf(string key, long length) => $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 8))}-{length}\"";

    private static IResult NotFound() => ProblemJson.Create(StatusCodes.Status404NotFound, "Episode not found");

    /// <summary>Adds up what one response sends, and records it once: when it makes a download by itself, or at its end.</summary>
    private sealed class Meter(long counted, Func<long, Task> record) : IAsyncDisposable
    {
        private long _sent;
        private bool _isRecorded = counted == 0;

        public async ValueTask AddAsync(int bytes, bool isLast)
        {
            _sent += bytes;
            if (_isRecorded || (_sent < counted && !isLast))
                return;
            _isRecorded = true;
            await record(_sent);
        }

        /// <summary>The client hung up: what it got counts towards a later response.</summary>
        public async ValueTask DisposeAsync()
        {
            if (_isRecorded || _sent == 0)
                return;
            _isRecorded = true;
            await record(_sent);
        }
    }
}
