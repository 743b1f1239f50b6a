using System.Net;
using System.Net.Sockets;
using System.Text;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>A line with a PATCH on it that can be cut, reset or left silent.</summary>
internal sealed class TusLine : IDisposable
{
    private readonly TcpClient _line = new();

    /// <summary>Begins a PATCH of so many bytes, and sends some of them.</summary>
    public static async Task<TusLine> PatchAsync(
        PlatformProcess platform, Dj dj, Guid uploadId, long offset, long length, byte[] bytes, params (string Name, string Value)[] headers)
    {
        var line = new TusLine();
        await line._line.ConnectAsync(IPAddress.Loopback, platform.Port);
        var more = string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
        await line.SendAsync(Encoding.ASCII.GetBytes(
            $"PATCH {Tus.Path}/{uploadId} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {dj.Client.DefaultRequestHeaders.Authorization}\r\nTus-Resumable: 1.0.0\r\n"
            + $"Upload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {length}\r\n{more}\r\n"));
        await line.SendAsync(bytes);
        return line;
    }

    public Task SendAsync(byte[] bytes) => _line.GetStream().WriteAsync(bytes).AsTask();

    /// <summary>Whether the platform has taken all that was sent from the kernel.</summary>
    public bool HasArrived()
    {
        var (near, far) = ((IPEndPoint)_line.Client.LocalEndPoint!, (IPEndPoint)_line.Client.RemoteEndPoint!);
        // The platform's end: its own port, ours, a state, then what is yet to be sent and to be read (man 5 proc).
        var ends = File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var end = ends.Single(end => end[1].EndsWith($":{far.Port:X4}", StringComparison.Ordinal) && end[2].EndsWith($":{near.Port:X4}", StringComparison.Ordinal));
        return end[4].EndsWith(":00000000", StringComparison.Ordinal);
    }

    /// <summary>Ends it as a network does that forgets about it: what is on its way is thrown away.</summary>
    public void Reset()
    {
        _line.LingerState = new LingerOption(true, 0);
        _line.Client.Dispose(); // The stream would end it in order first.
    }

    /// <summary>The status of the answer.</summary>
    public async Task<HttpStatusCode> StatusAsync()
    {
        using var reader = new StreamReader(_line.GetStream(), Encoding.ASCII, leaveOpen: true);
        var first = await Eventually.Ends(reader.ReadLineAsync(), Uploading.Soon, "the platform answers");
        return Enum.Parse<HttpStatusCode>(first!.Split(' ')[1]);
    }

    public void Dispose() => _line.Dispose();
}
