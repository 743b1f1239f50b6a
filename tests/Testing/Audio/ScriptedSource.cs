using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AudioOrleans.Testing.Audio;

/// <summary>
/// A server that sends each connection exactly what the test scripts, for sources that misbehave in ways that no real
/// server can be made to.
/// </summary>
public sealed class ScriptedSource : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _accepting;
    private int _connections;

    private ScriptedSource(Func<Connection, Task> script)
    {
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        _accepting = AcceptAsync(script);
    }

    /// <summary>Its address on 127.0.0.1.</summary>
    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The number of connections so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Starts a server; the script runs for each connection, after the request's headers were read.</summary>
    public static ScriptedSource Start(Func<Connection, Task> script) => new(script);

    /// <summary>Starts a server that sends the same response to each request that is not for a status page, and then closes.</summary>
    public static ScriptedSource Sending(string head, byte[] body) => Start(async connection =>
    {
        if (connection.IsStatusPage)
        {
            await connection.SendAsync("HTTP/1.0 404 Not Found\r\n\r\n");
            return;
        }
        await connection.SendAsync(head);
        await connection.SendAsync(body);
    });

    /// <summary>Starts a working source: an endless MP3 at 128 kbit/s, and no status page.</summary>
    public static async Task<ScriptedSource> PlayingAsync()
    {
        var audio = await File.ReadAllBytesAsync(await Tone.Mp3Async());
        return Start(async connection =>
        {
            await connection.SendAsync(connection.IsStatusPage ? "HTTP/1.0 404 Not Found\r\n\r\n" : "HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n");
            if (!connection.IsStatusPage)
                await connection.SendForEverAsync(audio, 16_000);
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync(Func<Connection, Task> script)
    {
        var running = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_ending.Token);
                Interlocked.Increment(ref _connections);
                running.Add(Task.Run(() => ServeAsync(client, script)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or InvalidOperationException or SocketException)
        {
            // The test is over.
        }
        await Task.WhenAll(running);
    }

    private async Task ServeAsync(TcpClient client, Func<Connection, Task> script)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                await script(new Connection(stream, await ReadRequestAsync(stream, _ending.Token), _ending.Token));
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // The client has disconnected, or the test is over.
            }
        }
    }

    private static async Task<string> ReadRequestAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var request = new StringBuilder();
        var buffer = new byte[4096];
        while (!request.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer, cancellationToken);
            if (read == 0)
                break;
            request.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        return request.ToString();
    }

    /// <summary>One connection to the server.</summary>
    public sealed class Connection(NetworkStream stream, string request, CancellationToken ending)
    {
        /// <summary>The request's line and headers.</summary>
        public string Request { get; } = request;

        /// <summary>Cancelled at the end of the test.</summary>
        public CancellationToken Ending { get; } = ending;

        /// <summary>Whether the request is for one of the status pages of Icecast and SHOUTcast.</summary>
        public bool IsStatusPage => Request.StartsWith("GET /status-json.xsl", StringComparison.Ordinal)
            || Request.StartsWith("GET /stats?", StringComparison.Ordinal) || Request.StartsWith("GET /7.html", StringComparison.Ordinal);

        /// <summary>Sends text as Latin-1.</summary>
        public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

        /// <summary>Sends bytes.</summary>
        public Task SendAsync(ReadOnlyMemory<byte> bytes) => stream.WriteAsync(bytes, Ending).AsTask();

        /// <summary>Sends bytes in a loop at a steady pace until the client disconnects.</summary>
        public async Task SendForEverAsync(ReadOnlyMemory<byte> bytes, int bytesPerSecond)
        {
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            for (var at = 0; ;)
            {
                var count = Math.Min(bytesPerSecond / 10, bytes.Length - at);
                await SendAsync(bytes.Slice(at, count));
                at = (at + count) % bytes.Length;
                await timer.WaitForNextTickAsync(Ending);
            }
        }

        /// <summary>Connects the client to a port of 127.0.0.1, as a proxy does for CONNECT (RFC 9110, section 9.3.6), until either disconnects.</summary>
        public async Task TunnelToAsync(int port)
        {
            using var server = new TcpClient();
            await server.ConnectAsync(IPAddress.Loopback, port, Ending);
            await SendAsync("HTTP/1.1 200 Connection established\r\n\r\n");
            await Task.WhenAny(stream.CopyToAsync(server.GetStream(), Ending), server.GetStream().CopyToAsync(stream, Ending));
        }

        /// <summary>Sends nothing until the test is over.</summary>
        public Task BeSilentAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Ending);
    }
}
