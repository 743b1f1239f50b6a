using System.Net;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>A server's response: its file, or the status that the known file is unchanged.</summary>
/// <param name="response">The response, with its headers read.</param>
public sealed class ExternalFile(HttpResponseMessage response) : IDisposable
{
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(7);

    /// <summary>Whether the known file is unchanged (304).</summary>
    public bool IsUnchanged => response.StatusCode == HttpStatusCode.NotModified;

    /// <summary>Its ETag; null for none.</summary>
    public string? ETag => response.Headers.ETag?.ToString();

    /// <summary>Its Last-Modified header as sent by the server; null for none.</summary>
    public string? LastModified => response.Content.Headers.NonValidated.TryGetValues("Last-Modified", out var values) ? values.ToString() : null;

    /// <summary>How long it may be cached; null when the server does not say.</summary>
    public TimeSpan? Lifetime => response.Headers.CacheControl?.MaxAge is { } age ? (age < LongestLifetime ? age : LongestLifetime) : null;

    /// <summary>Its declared media type; <c>audio/mpeg</c> where the server declares none, or only bytes.</summary>
    public string ContentType => response.Content.Headers.ContentType?.MediaType is { } type && type != "application/octet-stream" && type != "binary/octet-stream" ? type : "audio/mpeg";

    /// <summary>Its length in bytes; null when the server does not say.</summary>
    public long? Length => response.Content.Headers.ContentLength;

    /// <summary>Its bytes.</summary>
    public Task<Stream> ReadAsync(CancellationToken cancellationToken) => response.Content.ReadAsStreamAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => response.Dispose();
}

/// <summary>Opens external audio files at URLs given by users: all connections pass the outbound address check, also after redirects.</summary>
public sealed class ExternalFiles(HttpClient client, TimeProvider time)
{
    /// <summary>Maximum number of redirects: podcast files are often behind several trackers that redirect to each other.</summary>
    public const int MostRedirects = 10;

    private const string UserAgent = "Audio.Orleans/0.1";

    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Declared media types that are certainly not audio; anything else is judged by its content.</summary>
    private static readonly string[] Strangers = ["text/", "image/", "font/", "application/json", "application/xml", "application/pdf", "application/vnd.apple.mpegurl", "application/xspf+xml"];

    /// <summary>Requests a file.</summary>
    /// <param name="url">Its URL, http or https.</param>
    /// <param name="etag">The ETag of the known file; null for none.</param>
    /// <param name="lastModified">The Last-Modified header of the known file; null for none.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <param name="isAudio">Whether it must be audio; otherwise any type is accepted, such as a feed.</param>
    /// <exception cref="SourceException">It is not available, or is declared as something other than audio.</exception>
    public async Task<ExternalFile> OpenAsync(Uri url, string? etag, string? lastModified, CancellationToken cancellationToken, bool isAudio = true)
    {
        using var late = new CancellationTokenSource(HeaderTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            var next = url;
            for (var redirects = 0; redirects <= MostRedirects; redirects++)
            {
                if (next.Scheme != Uri.UriSchemeHttp && next.Scheme != Uri.UriSchemeHttps)
                    throw new SourceException(SourceFault.Forbidden, $"'{next.Scheme}:' addresses are not opened; expected http or https.");
                using var request = Request(next, etag, lastModified, isAudio);
                var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
                try
                {
                    if (IsWanted(response, etag ?? lastModified, isAudio))
                        return new ExternalFile(response);
                    next = Uri.TryCreate(next, response.Headers.Location, out var target) && response.Headers.Location is not null
                        ? target : throw new SourceException(SourceFault.RedirectLoop, "The address redirects without a target address.");
                }
                catch
                {
                    response.Dispose();
                    throw;
                }
                response.Dispose();
            }
            throw new SourceException(SourceFault.RedirectLoop, $"The address redirects more than {MostRedirects} times.");
        }
        catch (OperationCanceledException exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SourceException(SourceFault.Unreachable, $"{url.Authority} did not answer within {HeaderTimeout.TotalSeconds:0} s.", exception);
        }
        catch (Exception exception) when (SourceConnector.Translate(url, exception) is { } translated && exception is not SourceException)
        {
            throw translated;
        }
    }

    /// <summary>Whether the response is the file; false for a redirect.</summary>
    private static bool IsWanted(HttpResponseMessage response, string? known, bool isAudio)
    {
        var status = (int)response.StatusCode;
        if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
            return true;
        if (status is >= 300 and < 400)
            return false;
        if (response.StatusCode != HttpStatusCode.OK)
            // A server error may be temporary: the caller retries it.
            throw new SourceException(status is >= 500 or 429 ? SourceFault.Unreachable : SourceFault.BadStatus, $"The address answered {status}; expected 200.");
        var type = response.Content.Headers.TryGetValues("Content-Type", out var types) ? types.First().Split(';')[0].Trim().ToLowerInvariant() : "";
        return isAudio && (Strangers.Any(stranger => type.StartsWith(stranger, StringComparison.Ordinal)) || SourcePlaylist.IsType(type))
            ? throw new SourceException(SourceFault.NotAudio, $"The address sends {type}; expected audio.")
            : true;
    }

    private static HttpRequestMessage Request(Uri url, string? etag, string? lastModified, bool isAudio)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.UserAgent.ParseAdd(UserAgent);
        request.Headers.Accept.ParseAdd(isAudio ? "audio/mpeg, audio/*;q=0.9, */*;q=0.5" : "application/rss+xml, application/xml;q=0.9, */*;q=0.5");
        if (etag is not null)
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        if (lastModified is not null)
            request.Headers.TryAddWithoutValidation("If-Modified-Since", lastModified);
        return request;
    }
}
