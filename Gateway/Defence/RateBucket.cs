using System.Buffers.Binary;
using System.Net.Sockets;
using Audio.Orleans.Gateway.Accounts;

namespace Audio.Orleans.Gateway.Defence;

/// <summary>Whose requests are counted together: an account's, or an address's.</summary>
/// <param name="RouteClass">What is counted.</param>
/// <param name="Kind">What the number is.</param>
/// <param name="Who">An account's id, an IPv4 address, or the first half of an IPv6 address. No text: a key costs no memory until it is kept.</param>
internal readonly record struct RateBucket(RouteClass RouteClass, RateBucket.Kinds Kind, UInt128 Who)
{
    /// <summary>What a bucket stands for.</summary>
    public enum Kinds
    {
        /// <summary>Somebody with a token.</summary>
        Account,

        /// <summary>An IPv4 address.</summary>
        Address,

        /// <summary>A network of IPv6, which is what one client has: within it, it takes any address it likes.</summary>
        Network,
    }

    private const int NetworkBytes = 64 / 8;

    /// <summary>The bucket of a request; null when it came by a Unix socket, where callers have no address and are our own.</summary>
    public static RateBucket? Of(HttpContext context, RouteClass routeClass)
    {
        Span<byte> who = stackalloc byte[16];
        who.Clear();
        // Passwords are tried by somebody who is nobody yet.
        if (routeClass != RouteClass.Credentials && Guid.TryParse(context.User.FindFirst(Principals.Subject)?.Value, out var account))
        {
            account.TryWriteBytes(who);
            return new RateBucket(routeClass, Kinds.Account, BinaryPrimitives.ReadUInt128BigEndian(who));
        }
        if (context.Connection.RemoteIpAddress is not { } address)
            return null;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        address.TryWriteBytes(who, out _);
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return new RateBucket(routeClass, Kinds.Address, BinaryPrimitives.ReadUInt128BigEndian(who));
        who[NetworkBytes..].Clear();
        return new RateBucket(routeClass, Kinds.Network, BinaryPrimitives.ReadUInt128BigEndian(who));
    }
}
