using System.Net;
using System.Net.Sockets;

namespace AudioOrleans.Silo.Cluster;

/// <summary>
/// A loopback TCP port for a single-machine silo, so that several platforms can run side by side. Orleans opens its port with
/// SO_REUSEPORT (socket(7)), and would share a fixed one with another platform's silo. The kernel does not assign a port that is
/// bound like this to processes that ask for a free one; it is held as long as the silo runs.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Reserves a free port.</summary>
    public ReservedPort()
    {
        // Orleans binds the same port in addition to this socket, which never listens.
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>The port number.</summary>
    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
