using System.Buffers;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace AudioOrleans.RelayHost.Sources;

/// <summary>Reads the status page of a source's server, whatever kind of server it is.</summary>
public sealed partial class SourceStatusReader(HttpClient client, TimeProvider time)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private const int MostBytes = 1024 * 1024;

    /// <summary>Status pages are meant for browsers; SHOUTcast 1 refuses other clients.</summary>
    private const string BrowserLikeUserAgent = "Mozilla/5.0 (compatible; Audio.Orleans/0.1)";

    /// <summary>
    /// Reads the status of the stream at a URL; null where there is no page, or the page does not list the stream. A missing page is not an error, so
    /// this never throws for it.
    /// </summary>
    /// <param name="url">The URL of the audio itself.</param>
    /// <param name="charset">The charset of the stream's titles; null to detect it.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    public async Task<SourceStatus?> ReadAsync(Uri url, string? charset, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        if (await GetAsync(url, "/status-json.xsl", both.Token) is { } icecast && SourceStatusPages.ReadIcecast(StreamTitle.Decode(icecast), url.AbsolutePath) is { } first)
            return first;
        if (await GetAsync(url, $"/stats?sid={NumberOf(url)}&json=1", both.Token) is { } shoutcast2 && SourceStatusPages.ReadShoutcast2(StreamTitle.Decode(shoutcast2)) is { } second)
            return second;
        if (await GetAsync(url, "/7.html", both.Token) is not { } shoutcast1)
            return null;
        var known = charset is null ? null : MetadataCharset.Find(charset);
        return SourceStatusPages.ReadShoutcast1(known is null ? StreamTitle.Decode(shoutcast1) : known.GetString(shoutcast1));
    }

    /// <summary>SHOUTcast 2 numbers its streams: <c>/stream/2/</c> is the second.</summary>
    private static string NumberOf(Uri url) => StreamNumber().Match(url.AbsolutePath) is { Success: true } match
        ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture) : "1";

    private async Task<byte[]?> GetAsync(Uri source, string page, CancellationToken cancellationToken)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(source, page));
            request.Headers.UserAgent.ParseAdd(BrowserLikeUserAgent);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
                return null;
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return await ReadAsync(body, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            return null; // The page is optional; the stream itself decides.
        }
    }

    /// <summary>
    /// Reads the page, up to <see cref="MostBytes"/>. A page is a few kilobytes and many relays read one every few seconds: a buffer for the maximum
    /// size would be a large object each time, collected only with the oldest generation.
    /// </summary>
    private static async Task<byte[]> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var page = new ArrayBufferWriter<byte>(4096);
        while (page.WrittenCount < MostBytes)
        {
            var room = page.GetMemory();
            var read = await body.ReadAsync(room[..Math.Min(room.Length, MostBytes - page.WrittenCount)], cancellationToken);
            if (read == 0)
                break;
            page.Advance(read);
        }
        return page.WrittenSpan.ToArray();
    }

    [GeneratedRegex(@"^/stream/(\d{1,4})(/|$)", RegexOptions.CultureInvariant)]
    private static partial Regex StreamNumber();
}
