using System.Net;
using System.Net.Sockets;

namespace AudioOrleans.Gateway.Security;

/// <summary>Where a request comes from, as far as one client can choose it.</summary>
public static class ClientNetwork
{
    private const int NetworkBytes = 64 / 8;

    /// <summary>
    /// An IPv4 address, or the first half of an IPv6 address with zeros behind: that is what one client has, and within it, it takes
    /// any address it likes. Null for a Unix socket, where callers have no address and are our own.
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
