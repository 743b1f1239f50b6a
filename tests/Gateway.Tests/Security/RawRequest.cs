using System.Net;
using System.Net.Sockets;
using System.Text;
using AudioOrleans.Testing;

namespace AudioOrleans.Gateway.Tests.Security;

/// <summary>Sends bytes as they are, which no HTTP client would.</summary>
internal static class RawRequest
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(40);

    /// <summary>Sends them and returns all of the answer, until the platform closes.</summary>
    /// <param name="port">The platform's.</param>
    /// <param name="request">The start of a request, or all of it.</param>
    /// <param name="trickle">Sent every 10 ms or so until an answer comes.</param>
    public static async Task<string> SendAsync(int port, string request, string? trickle = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = reader.ReadToEndAsync();
        if (trickle is not null)
            await Eventually.That(() => answer.IsCompleted || !TrySend(client.Client, trickle), Timeout, "the platform cuts a request that trickles");
        try
        {
            return await Eventually.Ends(answer, Timeout, "the platform answers and closes");
        }
        catch (IOException)
        {
            return ""; // It did not even answer.
        }
    }

    private static bool TrySend(Socket socket, string text)
    {
        try
        {
            socket.Send(Encoding.ASCII.GetBytes(text));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
