using System.Net;
using System.Net.Sockets;
using System.Text;
using AudioOrleans.Testing;

namespace AudioOrleans.Gateway.Tests.Security;

/// <summary>Sends raw bytes, which no HTTP client would send.</summary>
internal static class RawRequest
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(40);

    /// <summary>Sends them and returns the whole response, until the platform closes the connection.</summary>
    /// <param name="port">The port of the platform.</param>
    /// <param name="request">The start of a request, or all of it.</param>
    /// <param name="trickle">Sent about every 10 ms until a response arrives.</param>
    public static async Task<string> SendAsync(int port, string request, string? trickle = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var answer = reader.ReadToEndAsync();
        if (trickle is not null)
            await Eventually.That(() => answer.IsCompleted || !TrySend(client.Client, trickle), Timeout, "the platform aborts a slow request");
        try
        {
            return await Eventually.Ends(answer, Timeout, "the platform responds and closes the connection");
        }
        catch (IOException)
        {
            return ""; // There was no response.
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
