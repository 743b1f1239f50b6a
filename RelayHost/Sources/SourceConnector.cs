using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Audio.Orleans.RelayHost.Outbound;

namespace Audio.Orleans.RelayHost.Sources;

/// <summary>Opens Icecast and SHOUTcast sources over HTTP.</summary>
public sealed class SourceConnector(HttpClient client, OutboundOptions options, TimeProvider time)
{
    /// <summary>How long a source may take until its headers are there.</summary>
    public static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(10);

    /// <summary>SHOUTcast 1 sends browsers a page, so a stream is asked for by a name that no browser has.</summary>
    private const string UserAgent = "Audio.Orleans/0.1";

    private static readonly string[] PlaylistTypes =
        ["audio/x-mpegurl", "audio/mpegurl", "application/vnd.apple.mpegurl", "application/x-mpegurl", "audio/x-scpls", "application/pls+xml"];

    /// <summary>Connects, follows redirects, authenticates where asked to, and returns once the headers are there.</summary>
    /// <exception cref="SourceException">The source cannot be used.</exception>
    public async Task<SourceConnection> OpenAsync(SourceSpec source, bool withMetadata, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var timeout = new CancellationTokenSource(HeaderTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await SendAsync(source, withMetadata, both.Token);
            var announcement = Read(response, withMetadata);
            RefuseWhatIsNoAudio(announcement);
            var body = await response.Content.ReadAsStreamAsync(both.Token);
            return new SourceConnection(response, body, announcement);
        }
        catch (Exception exception)
        {
            response?.Dispose();
            if (exception is OperationCanceledException && timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
                throw new SourceException(SourceFault.Unreachable, $"{source.Url.Authority} did not answer within {HeaderTimeout.TotalSeconds:0} s.", exception);
            if (Translate(source.Url, exception) is { } translated)
                throw translated;
            throw;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(SourceSpec source, bool withMetadata, CancellationToken cancellationToken)
    {
        var url = source.Url;
        var key = (string?)null;
        for (var redirects = 0; redirects <= options.MaximumRedirects;)
        {
            RequireHttp(url);
            var response = await client.SendAsync(Request(url, key, withMetadata), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
            {
                // The key goes only to the place that it was given for, never to where that place redirects.
                if (response.StatusCode == HttpStatusCode.Unauthorized && key is null && source.Key is not null && SameOrigin(url, source.Url))
                {
                    key = source.Key;
                    continue;
                }
                if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                    throw new SourceException(SourceFault.Unauthorized, source.Key is null
                        ? $"The source wants a password ({(int)response.StatusCode}); expected a stream_key."
                        : $"The source refused the stream_key ({(int)response.StatusCode}).");
                if ((int)response.StatusCode is < 300 or >= 400)
                    throw new SourceException(SourceFault.BadStatus, $"The source answered {(int)response.StatusCode}; expected 200.");
                if (response.Headers.Location is not { } location || !Uri.TryCreate(url, location, out var next))
                    throw new SourceException(SourceFault.RedirectLoop, "The source redirects without saying where to.");
                url = next;
                key = null;
                redirects++;
            }
        }
        throw new SourceException(SourceFault.RedirectLoop, $"The source redirects more than {options.MaximumRedirects} times.");
    }

    private static HttpRequestMessage Request(Uri url, string? key, bool withMetadata)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.UserAgent.ParseAdd(UserAgent);
        request.Headers.Accept.ParseAdd("*/*");
        request.Headers.ConnectionClose = true;
        if (withMetadata)
            request.Headers.Add("Icy-MetaData", "1");
        if (key is not null)
        {
            var credentials = key.Contains(':', StringComparison.Ordinal) ? key : $"source:{key}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)));
        }
        return request;
    }

    private static bool SameOrigin(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static void RequireHttp(Uri url)
    {
        if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            throw new SourceException(SourceFault.Forbidden, $"'{url.Scheme}:' addresses are not opened; expected http or https.");
    }

    private static IcyAnnouncement Read(HttpResponseMessage response, bool withMetadata)
    {
        string? Header(string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;
        int? Number(string name) => int.TryParse(Header(name)?.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        // Old servers send header names that HttpClient files under the content's headers.
        var contentType = response.Content.Headers.TryGetValues("Content-Type", out var types) ? types.First() : Header("Content-Type");
        return new IcyAnnouncement(
            // What was not asked for is not believed: the source is one that announces metadata and sends none.
            withMetadata ? Number("icy-metaint") ?? 0 : 0,
            Header("icy-name"),
            Header("icy-genre"),
            Number("icy-br"),
            contentType?.Split(';')[0].Trim().ToLowerInvariant());
    }

    private static void RefuseWhatIsNoAudio(IcyAnnouncement announcement)
    {
        var type = announcement.ContentType;
        if (type is null)
            return;
        if (PlaylistTypes.Contains(type))
            throw new SourceException(SourceFault.NotAudio, $"The address is a playlist file ({type}); expected the address of the stream itself.");
        if (type.StartsWith("text/", StringComparison.Ordinal) || type.StartsWith("image/", StringComparison.Ordinal) || type is "application/json" or "application/xml")
            throw new SourceException(SourceFault.NotAudio, $"The source sends {type}; expected audio.");
        if (type is "application/ogg" or "audio/ogg" or "video/ogg" or "audio/opus" or "audio/flac" or "audio/webm" or "video/webm")
            throw new SourceException(SourceFault.UnsupportedCodec, $"The source sends {type}; expected MP3 or AAC.");
    }

    internal static SourceException? Translate(Uri url, Exception exception) => exception switch
    {
        SourceException known => known,
        HttpRequestException { InnerException: OutboundRefusedException refused } => new SourceException(SourceFault.Forbidden, refused.Message, refused),
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } } =>
            new SourceException(SourceFault.Unreachable, $"The name {url.Host} is unknown.", exception),
        HttpRequestException { InnerException: SocketException socket } =>
            new SourceException(SourceFault.Unreachable, $"{url.Authority} is unreachable ({socket.SocketErrorCode}).", exception),
        HttpRequestException { InnerException: AuthenticationException } =>
            new SourceException(SourceFault.Unreachable, $"{url.Authority} has no valid TLS certificate.", exception),
        HttpRequestException { InnerException: OperationCanceledException } or OperationCanceledException { InnerException: TimeoutException } =>
            new SourceException(SourceFault.Unreachable, $"{url.Authority} did not accept the connection in time.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            new SourceException(SourceFault.BadAnswer, "The source sends more headers than 64 KiB.", exception),
        HttpRequestException => new SourceException(SourceFault.BadAnswer, $"{url.Authority} did not answer in HTTP.", exception),
        IOException => new SourceException(SourceFault.Unreachable, $"The connection to {url.Authority} broke.", exception),
        _ => null,
    };
}
