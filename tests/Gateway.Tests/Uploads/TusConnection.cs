using System.Net;
using System.Net.Sockets;
using System.Text;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>A connection with a PATCH that can be closed, reset or left silent.</summary>
internal sealed class TusConnection : IDisposable
{
    private readonly TcpClient _client = new();

    /// <summary>Starts a PATCH of the given length, and sends some of its bytes.</summary>
    public static async Task<TusConnection> PatchAsync(
        PlatformProcess platform, Dj dj, Guid uploadId, long offset, long length, byte[] bytes, params (string Name, string Value)[] headers)
    {
        var connection = new TusConnection();
        await connection._client.ConnectAsync(IPAddress.Loopback, platform.Port);
        var more = string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
        await connection.SendAsync(Encoding.ASCII.GetBytes(
            $"PATCH {Tus.Path}/{uploadId} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {dj.Client.DefaultRequestHeaders.Authorization}\r\nTus-Resumable: 1.0.0\r\n"
            + $"Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {length}\r\n{more}\r\n"));
        await connection.SendAsync(bytes);
        return connection;
    }

    public Task SendAsync(byte[] bytes) => _client.GetStream().WriteAsync(bytes).AsTask();

    /// <summary>Whether the platform has read all sent bytes from the kernel.</summary>
    public bool HasArrived()
    {
        var (near, far) = ((IPEndPoint)_client.Client.LocalEndPoint!, (IPEndPoint)_client.Client.RemoteEndPoint!);
        // The platform's end: its port, our port, the state, then the bytes to be sent and to be read (man 5 proc).
        var ends = File.ReadLines("/proc/net/tcp").Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var end = ends.Single(end => end[1].EndsWith($":{far.Port:X4}", StringComparison.Ordinal) && end[2].EndsWith($":{near.Port:X4}", StringComparison.Ordinal));
        return end[4].EndsWith(":00000000", StringComparison.Ordinal);
    }

    /// <summary>Resets the connection; bytes in transit are discarded.</summary>
    public void Reset()
    {
        _client.LingerState = new LingerOption(true, 0);
        _client.Client.Dispose(); // Disposing of the stream would close the connection in an orderly way first.
    }

    /// <summary>The status code of the response.</summary>
    public async Task<HttpStatusCode> StatusAsync()
    {
        using var reader = new StreamReader(_client.GetStream(), Encoding.ASCII, leaveOpen: true);
        var first = await Eventually.Ends(reader.ReadLineAsync(), Uploading.Deadline, "the platform responds");
        return Enum.Parse<HttpStatusCode>(first!.Split(' ')[1]);
    }

    public void Dispose() => _client.Dispose();
}
