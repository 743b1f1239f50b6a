using System.Globalization;
using System.IO.Compression;
using System.Text;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Domains;
using AudioOrleans.Gateway.Hosting;
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
        var request = context.Request;
        var custom = context.Features.Get<CustomAddress>();
        var key = new FeedKey(podcastId, custom?.BaseUrl ?? address.InFull("", request), custom?.FeedUrl ?? address.InFull(PodcastPaths.Feed(podcastId), request), archive ?? 0);
        if (await feeds.FindAsync(key) is not { } feed)
            return ProblemJson.Create(StatusCodes.Status404NotFound, archive is null ? "Podcast not found" : "There is no such page of the feed");
        var publication = Publication.From(feed.Document.Access);
        var subscriber = request.Query.ContainsKey(FeedAccess.TokenParameter) ? await access.FindAsync(context, podcastId) : null;
        if (await policy.RefuseAsync(publication, subscriber?.User ?? context.User) is { } refusal)
            return refusal;

        var headers = context.Response.Headers;
        var coding = CodingOf(request);
        var etag = coding is null ? feed.Document.ETag : $"{feed.Document.ETag[..^1]}-{coding}\"";
        headers.ETag = etag;
        headers.LastModified = feed.Document.LastModified.ToString("R", CultureInfo.InvariantCulture);
        headers.CacheControl = publication.IsShareable && subscriber is null ? Shared : Private;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (IsKnown(request, feed.Document))
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        var isSigned = feed.Document.Paid.Length > 0 && subscriber is not null;
        var body = isSigned ? Sign(feed, coding, episodeId => access.Sign(subscriber!.Value.Token, episodeId)) : coding switch { "br" => feed.Brotli, "gzip" => feed.Gzip, _ => feed.Xml };
        headers.ContentType = ContentTypeHeader;
        if (coding is not null)
            headers.ContentEncoding = coding;
        headers.ContentLength = body.Length;
        if (HttpMethods.IsGet(request.Method))
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
        return TypedResults.Empty;
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
