using System.Net;
using System.Net.Sockets;

namespace AudioOrleans.Silo.Cluster;

/// <summary>
/// A TCP port of the loopback for the silo of one machine, so that platforms run beside each other. Orleans opens its port so that others may
/// open the same one (SO_REUSEPORT, socket(7)), and would share a fixed one with another platform's silo. The kernel gives a port that
/// is bound like this to nobody who asks for a free one; it is held as long as the silo runs.
/// </summary>
internal sealed class ReservedPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Reserves a free port.</summary>
    public ReservedPort()
    {
        // Orleans binds the same port beside this socket, which never listens.
        _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    /// <summary>The port's number.</summary>
    public int Number => ((IPEndPoint)_socket.LocalEndPoint!).Port;

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
