using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using AudioOrleans.RelayHost.Outbound;

namespace AudioOrleans.RelayHost.Sources;

/// <summary>Opens Icecast and SHOUTcast sources over HTTP.</summary>
public sealed class SourceConnector(HttpClient client, OutboundOptions options, TimeProvider time)
{
    /// <summary>How long a source may take to send its headers.</summary>
    public static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The same limit for a source in a playlist file, so that the next entry is tried in time.</summary>
    private static readonly TimeSpan EntryTimeout = TimeSpan.FromSeconds(4);

    /// <summary>Time limit for all redirects and playlist entries together.</summary>
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(15);

    /// <summary>SHOUTcast 1 sends browsers a page, so requests use a user agent that no browser has.</summary>
    private const string UserAgent = "Audio.Orleans/0.1";

    /// <summary>
    /// Connects, follows redirects and playlist files, authenticates where required, and returns once the headers have arrived. Of a playlist file,
    /// the first entry that answers is used.
    /// </summary>
    /// <exception cref="SourceException">The source cannot be used.</exception>
    public async Task<SourceConnection> OpenAsync(SourceSpec source, bool withMetadata, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(LongestSearch, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await FollowAsync(new Search(source, withMetadata, options.MaximumRedirects), source.Url, HeaderTimeout, both.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new SourceException(SourceFault.Unreachable, $"No stream was found at {source.Url.Authority} within {LongestSearch.TotalSeconds:0} s.", exception);
        }
    }

    /// <summary>One attempt to reach a source, with its redirect limit.</summary>
    private sealed record Search(SourceSpec Source, bool WithMetadata, int MaximumRedirects)
    {
        private int _redirects;

        public bool MayGoOn => _redirects < MaximumRedirects;

        public void Turn()
        {
            if (++_redirects > MaximumRedirects)
                throw new SourceException(SourceFault.RedirectLoop, $"The source redirects more than {MaximumRedirects} times.");
        }
    }

    private async Task<SourceConnection> FollowAsync(Search search, Uri url, TimeSpan limit, CancellationToken cancellationToken)
    {
        var (connection, entries) = await OpenAsync(search, url, limit, cancellationToken);
        if (connection is not null)
            return connection;
        SourceException? failure = null;
        foreach (var entry in entries)
        {
            if (failure is not null && !search.MayGoOn)
                break;
            search.Turn();
            try
            {
                return await FollowAsync(search, entry, entries.Count > 1 ? EntryTimeout : HeaderTimeout, cancellationToken);
            }
            catch (SourceException exception)
            {
                failure = exception;
            }
        }
        throw failure ?? new SourceException(SourceFault.NotAudio, "The address is a playlist file that names no http or https address.");
    }

    /// <summary>Opens the resource at a URL: a source, or a playlist file with these entries.</summary>
    private async Task<(SourceConnection? Connection, IReadOnlyList<Uri> Entries)> OpenAsync(Search search, Uri url, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        HttpResponseMessage? response = null;
        try
        {
            response = await SendAsync(search, url, both.Token);
            var (announcement, found) = (Read(response, search.WithMetadata), response.RequestMessage!.RequestUri!);
            var body = await response.Content.ReadAsStreamAsync(both.Token);
            var first = MayBePlaylist(announcement.ContentType) ? await ReadAsync(body, SourcePlaylist.HeadBytes, both.Token) : default;
            if (IsPlaylist(announcement.ContentType, first.Span))
            {
                var rest = await ReadAsync(body, SourcePlaylist.MostBytes, both.Token);
                response.Dispose();
                return (null, SourcePlaylist.Read([.. first.Span, .. rest.Span], found));
            }
            RefuseWhatIsNoAudio(announcement);
            return (new SourceConnection(found, response, body, announcement, search.Source.Charset is { } charset ? MetadataCharset.Find(charset) : null, first), []);
        }
        catch (Exception exception)
        {
            response?.Dispose();
            if (exception is OperationCanceledException && timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw response is null
                    ? new SourceException(SourceFault.Unreachable, $"{url.Authority} did not answer within {limit.TotalSeconds:0} s.", exception)
                    : new SourceException(SourceFault.Silent, $"The source is connected but sent no bytes for {limit.TotalSeconds:0} s.", exception);
            }
            if (Translate(url, exception) is { } translated)
                throw translated;
            throw;
        }
    }

    /// <summary>Sends the request, repeats it with the key where required, and follows redirects.</summary>
    private async Task<HttpResponseMessage> SendAsync(Search search, Uri url, CancellationToken cancellationToken)
    {
        var (source, key) = (search.Source, (string?)null);
        while (true)
        {
            RequireHttp(url);
            var response = await client.SendAsync(Request(url, key, search.WithMetadata), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
                return response;
            using (response)
            {
                // SHOUTcast reports an unavailable service this way, with the status code of another error.
                if (response.StatusCode == HttpStatusCode.Unauthorized && response.ReasonPhrase?.Contains("Service Unavailable", StringComparison.OrdinalIgnoreCase) == true)
                    throw new SourceException(SourceFault.BadStatus, "The server has no source on air (401 Service Unavailable); expected a station that is on air.");
                // The key is sent only to the origin it was given for, never to a redirect target elsewhere.
                if (response.StatusCode == HttpStatusCode.Unauthorized && key is null && source.Key is not null && SameOrigin(url, source.Url))
                {
                    key = source.Key;
                    continue;
                }
                if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                    throw new SourceException(SourceFault.Unauthorized, source.Key is null
                        ? $"The source requires a password ({(int)response.StatusCode}); expected a stream_key."
                        : $"The source refused the stream_key ({(int)response.StatusCode}).");
                if ((int)response.StatusCode is < 300 or >= 400)
                    throw new SourceException(SourceFault.BadStatus, $"The source answered {(int)response.StatusCode}; expected 200.");
                if (response.Headers.Location is not { } location || !Uri.TryCreate(url, location, out var next))
                    throw new SourceException(SourceFault.RedirectLoop, "The source redirects without a target address.");
                search.Turn();
                url = next;
                key = null;
            }
        }
    }

    /// <summary>Reads the given number of bytes; fewer only at the end of the body.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream body, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        var read = await body.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, cancellationToken);
        return bytes.AsMemory(0, read);
    }

    /// <summary>A declared MP3 or AAC type is trusted: a playlist file would contain no frames.</summary>
    private static bool MayBePlaylist(string? type) =>
        type is not (null or "audio/mpeg" or "audio/mp3" or "audio/x-mpeg" or "audio/aac" or "audio/aacp" or "audio/x-aac" or "audio/mp4");

    private static bool IsPlaylist(string? type, ReadOnlySpan<byte> first) => type is not null && (SourcePlaylist.IsType(type) || SourcePlaylist.StartsLikeOne(first));

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
            // Without a request for metadata the header is ignored: the source announces metadata and sends none.
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
            new SourceException(SourceFault.Unreachable, $"The host name {url.Host} is unknown.", exception),
        HttpRequestException { InnerException: SocketException socket } =>
            new SourceException(SourceFault.Unreachable, $"{url.Authority} is unreachable ({socket.SocketErrorCode}).", exception),
        HttpRequestException { InnerException: AuthenticationException } =>
            new SourceException(SourceFault.Unreachable, $"{url.Authority} has no valid TLS certificate.", exception),
        HttpRequestException { InnerException: OperationCanceledException } or OperationCanceledException { InnerException: TimeoutException } =>
            new SourceException(SourceFault.Unreachable, $"{url.Authority} did not accept the connection in time.", exception),
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } =>
            new SourceException(SourceFault.BadAnswer, "The source sends more than 64 KiB of headers.", exception),
        HttpRequestException => new SourceException(SourceFault.BadAnswer, $"{url.Authority} did not answer in HTTP.", exception),
        IOException => new SourceException(SourceFault.Unreachable, $"The connection to {url.Authority} was lost.", exception),
        _ => null,
    };
}
