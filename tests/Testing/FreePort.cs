using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AudioOrleans.Testing;

/// <summary>Loopback TCP ports that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>Below those that Linux gives to outgoing connections (32768 and up): nobody takes one by chance before its server starts.</summary>
    private const int Lowest = 10_000, Highest = 32_767;

    private static readonly HashSet<int> Given = [];

    /// <summary>A free port; never the same one twice in a test process.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(Lowest, Highest + 1);
            lock (Given)
            {
                if (IsFree(port) && Given.Add(port))
                    return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
