using System.Net;
using System.Net.Sockets;

namespace AudioOrleans.Gateway.Security;

/// <summary>The network of a request's client, within which the client can choose its address.</summary>
public static class ClientNetwork
{
    private const int NetworkBytes = 64 / 8;

    /// <summary>
    /// An IPv4 address, or the first half of an IPv6 address padded with zeros: a client owns that much, and can use any address in it. Null for
    /// a Unix socket, where callers have no address and are trusted.
    /// </summary>
    public static IPAddress? From(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress;
        if (address is null || address.AddressFamily == AddressFamily.InterNetwork)
            return address;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[NetworkBytes..].Clear();
        return new IPAddress(bytes);
    }
}
