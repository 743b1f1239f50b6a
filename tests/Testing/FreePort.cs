using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace AudioOrleans.Testing;

/// <summary>Free TCP ports on the loopback address.</summary>
public static class FreePort
{
    /// <summary>Below the ports that Linux uses for outgoing connections (32768 and up), so that no connection takes a port before its server starts.</summary>
    private const int Lowest = 10_000, Highest = 32_767;

    private static readonly HashSet<int> Used = [];

    /// <summary>A free port; never the same one twice in a test process.</summary>
    public static int Next()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(Lowest, Highest + 1);
            lock (Used)
            {
                if (IsFree(port) && Used.Add(port))
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
