using System.Globalization;
using System.IO.Compression;
using System.Text;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Domains;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces.Podcasts;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary><c>GET /v1/podcasts/{id}/rss.xml</c>.</summary>
public static class FeedEndpoint
{
    /// <summary>The media type of feeds.</summary>
    public const string ContentType = "application/rss+xml";

    private static readonly StringValues ContentTypeHeader = ContentType + "; charset=utf-8";

    // A cached copy is confirmed each time: that costs a 304, and a new episode is heard of at once.
    private static readonly StringValues Shared = "public, no-cache";
    private static readonly StringValues Private = "private, no-cache";

    /// <summary>Sends the feed, compressed if the client takes that, or 304. The public one is for everybody; a subscriber's has signed addresses.</summary>
    public static async Task<IResult> GetAsync(Guid podcastId, int? archive, HttpContext context, FeedCache feeds, FeedAccess access, AccessPolicy policy, PublicAddress address)
    {
        if (archive < 1)
            return ProblemJson.Create(StatusCodes.Status404NotFound, "There is no such page of the feed");
        if (await feeds.FindAsync(KeyOf(podcastId, archive ?? 0, context, address)) is not { } feed)
            return ProblemJson.Create(StatusCodes.Status404NotFound, archive is null ? "Podcast not found" : "There is no such page of the feed");
        var publication = Publication.From(podcastId, feed.Document.Access);
        var subscriber = context.Request.Query.ContainsKey(FeedAccess.TokenParameter) ? await access.FindAsync(context, podcastId) : null;
        if (await policy.RefuseAsync(publication, subscriber?.User ?? context.User) is { } refusal)
            return refusal;
        await WriteAsync(context, feed, publication.IsShareable && subscriber is null, subscriber is null ? null : episodeId => access.Sign(subscriber.Value.Token, episodeId));
        return TypedResults.Empty;
    }

    /// <summary>Serves the newest page of a public feed from memory; null when it is not public, not in memory, or asked for with a token.</summary>
    internal static Task? TryServe(HttpContext context, FeedCache feeds, PublicAddress address)
    {
        if (context.Request.QueryString.HasValue || !Guid.TryParse(context.Request.RouteValues["podcastId"] as string, out var podcastId)
            || !feeds.TryFind(KeyOf(podcastId, 0, context, address), out var feed) || feed is null || !Publication.From(podcastId, feed.Document.Access).IsShareable)
        {
            return null;
        }
        FastPath.Prepare(context);
        return WriteAsync(context, feed, isShareable: true, sign: null);
    }

    private static FeedKey KeyOf(Guid podcastId, int archive, HttpContext context, PublicAddress address) => context.Features.Get<CustomAddress>() is { } custom
        ? new FeedKey(podcastId, custom.BaseUrl, CustomHostRouting.Feed, archive)
        : new FeedKey(podcastId, address.InFull("", context.Request), null, archive);

    private static Task WriteAsync(HttpContext context, CachedFeed feed, bool isShareable, Func<Guid, string>? sign)
    {
        var (request, headers) = (context.Request, context.Response.Headers);
        var coding = CodingOf(request);
        headers.ETag = coding is null ? feed.Document.ETag : $"{feed.Document.ETag[..^1]}-{coding}\"";
        headers.LastModified = feed.LastModified;
        headers.CacheControl = isShareable ? Shared : Private;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (IsKnown(request, feed.Document))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        var body = sign is not null && feed.Document.Paid.Length > 0 ? Sign(feed, coding, sign) : coding switch { "br" => feed.Brotli, "gzip" => feed.Gzip, _ => feed.Xml };
        headers.ContentType = ContentTypeHeader;
        if (coding is not null)
            headers.ContentEncoding = coding;
        headers.ContentLength = body.Length;
        return HttpMethods.IsGet(request.Method) ? context.SendAsync(body) : Task.CompletedTask;
    }

    /// <summary>Inserts what signs the addresses of paywalled audio.</summary>
    private static ReadOnlyMemory<byte> Sign(CachedFeed feed, string? coding, Func<Guid, string> sign)
    {
        using var signed = new MemoryStream(feed.Xml.Length + (feed.Document.Paid.Length * 160));
        var from = 0;
        foreach (var paid in feed.Document.Paid)
        {
            signed.Write(feed.Xml.Span[from..paid.Offset]);
            signed.Write(Encoding.ASCII.GetBytes(sign(paid.EpisodeId).Replace("&", "&amp;", StringComparison.Ordinal)));
            from = paid.Offset;
        }
        signed.Write(feed.Xml.Span[from..]);
        var xml = signed.ToArray();
        return coding switch
        {
            "br" => CachedFeed.Compress(xml, output => new BrotliStream(output, CompressionLevel.Fastest)),
            "gzip" => CachedFeed.Compress(xml, output => new GZipStream(output, CompressionLevel.Fastest)),
            _ => xml,
        };
    }

    /// <summary>The ETag decides; clients without one may ask by date (RFC 9110, section 13.1.3).</summary>
    private static bool IsKnown(HttpRequest request, FeedDocument document)
    {
        if (request.Headers.IfNoneMatch is { Count: > 0 } known)
            return known == "*" || known.ToString().Contains(document.ETag[..^1], StringComparison.Ordinal);
        return DateTimeOffset.TryParseExact(request.Headers.IfModifiedSince, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since) && document.LastModified <= since;
    }

    /// <summary>The content coding that the client prefers of those that are offered; null for none (RFC 9110, section 12.5.3).</summary>
    private static string? CodingOf(HttpRequest request)
    {
        if (request.Headers.AcceptEncoding.Count == 0 || !StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptEncoding, out var accepted))
            return null;
        double QualityOf(string coding) => (accepted.FirstOrDefault(one => one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase)) ?? accepted.FirstOrDefault(one => one.Value == "*")) is { } one
            ? one.Quality ?? 1
            : 0;
        var (brotli, gzip) = (QualityOf("br"), QualityOf("gzip"));
        return brotli > 0 && brotli >= gzip ? "br" : gzip > 0 ? "gzip" : null;
    }
}
