using System.Buffers.Binary;
using System.Net.Sockets;
using AudioOrleans.Gateway.Authentication;

namespace AudioOrleans.Gateway.Security;

/// <summary>Whose requests are counted together: an account's, or an address's.</summary>
/// <param name="RouteClass">What is counted.</param>
/// <param name="Kind">What the number is.</param>
/// <param name="Who">An account's id, or what <see cref="ClientNetwork"/> says. No text: a key costs no memory until it is kept.</param>
internal readonly record struct RateBucket(RouteClass RouteClass, RateBucket.Kinds Kind, UInt128 Who)
{
    /// <summary>What a bucket stands for.</summary>
    public enum Kinds
    {
        /// <summary>Somebody with a token.</summary>
        Account,

        /// <summary>An IPv4 address.</summary>
        Address,

        /// <summary>A network of IPv6.</summary>
        Network,
    }

    /// <summary>The bucket of a request; null when it came by a Unix socket, where callers have no address and are our own.</summary>
    public static RateBucket? From(HttpContext context, RouteClass routeClass)
    {
        Span<byte> who = stackalloc byte[16];
        who.Clear();
        // Passwords are tried by somebody who is nobody yet.
        if (routeClass != RouteClass.Credentials && Guid.TryParse(context.User.FindFirst(Principals.Subject)?.Value, out var account))
        {
            account.TryWriteBytes(who);
            return new RateBucket(routeClass, Kinds.Account, BinaryPrimitives.ReadUInt128BigEndian(who));
        }
        if (ClientNetwork.From(context) is not { } network)
            return null;
        network.TryWriteBytes(who, out _);
        var kind = network.AddressFamily == AddressFamily.InterNetwork ? Kinds.Address : Kinds.Network;
        return new RateBucket(routeClass, kind, BinaryPrimitives.ReadUInt128BigEndian(who));
    }
}
