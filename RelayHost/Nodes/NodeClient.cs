using System.IO.Pipelines;
using System.Net;
using AudioOrleans.RelayHost.Hls;

namespace AudioOrleans.RelayHost.Nodes;

/// <summary>Fetches live audio from other nodes. The addresses are the platform's own, never a user's.</summary>
/// <remarks>
/// A response never ends, but it starts immediately: a node that sends nothing for <see cref="NodeProtocol.SilenceLimit"/> counts as dead, and the
/// call fails with a <see cref="TimeoutException"/>.
/// </remarks>
public sealed class NodeClient : IDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    /// <summary>A window is about a megabyte.</summary>
    private static readonly TimeSpan BringTimeout = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;

    /// <summary>Creates a client that sends the cluster's secret.</summary>
    public NodeClient(string secret, TimeProvider time)
    {
        _time = time;
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // Responses never end; the reader detects silence.
        };
        _http.DefaultRequestHeaders.Add(NodeProtocol.Secret, secret);
    }

    /// <summary>Opens a stream's ring.</summary>
    /// <returns>The response; null when the node does not relay the stream.</returns>
    public Task<HttpResponseMessage?> OpenAudioAsync(Uri node, Guid streamId, TimeSpan burst, CancellationToken cancellationToken) =>
        OpenAsync(Address(node, streamId, $"{NodeProtocol.Audio}?{NodeProtocol.Burst}={NodeProtocol.Milliseconds(burst)}"), cancellationToken);

    /// <summary>Opens a stream's window.</summary>
    /// <returns>The response; null when the node does not relay the stream.</returns>
    public Task<HttpResponseMessage?> OpenWindowAsync(Uri node, Guid streamId, CancellationToken cancellationToken) =>
        OpenAsync(Address(node, streamId, NodeProtocol.Window), cancellationToken);

    /// <summary>Sends a relay the window of the stream's previous relay.</summary>
    public async Task BringWindowAsync(Uri node, Guid streamId, IReadOnlyList<MediaSegment> window, TimeSpan age, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Address(node, streamId, NodeProtocol.Window)) { Content = new WindowContent(window) };
        request.Headers.Add(NodeProtocol.Age, NodeProtocol.Milliseconds(age));
        using var response = await SendAsync(request, BringTimeout, cancellationToken);
        response.EnsureSuccessStatusCode();
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage?> OpenAsync(Uri address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        var response = await SendAsync(request, NodeProtocol.SilenceLimit, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            response.Dispose();
            return null;
        }
        return response.EnsureSuccessStatusCode();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(patience, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"The node did not answer within {patience.TotalSeconds:0} s.");
        }
    }

    private static Uri Address(Uri node, Guid streamId, string rest) => new(node, $"{NodeProtocol.Prefix}{streamId:D}/{rest}");

    private sealed class WindowContent(IReadOnlyList<MediaSegment> window) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
            foreach (var segment in window)
            {
                NodeFrames.Write(output, NodeFrame.From(segment));
                await output.FlushAsync();
            }
            await output.CompleteAsync();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
