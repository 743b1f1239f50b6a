using System.Buffers.Binary;
using System.Net.Sockets;
using AudioOrleans.Gateway.Authentication;

namespace AudioOrleans.Gateway.Security;

/// <summary>The key by which requests are counted together: an account, or an address.</summary>
/// <param name="RouteClass">The class of requests.</param>
/// <param name="Kind">What <c>Who</c> holds.</param>
/// <param name="Who">
/// An account's id, or the result of <see cref="ClientNetwork"/>. Not text: a key allocates no memory until it is stored.
/// </param>
internal readonly record struct RateBucket(RouteClass RouteClass, RateBucket.Kinds Kind, UInt128 Who)
{
    /// <summary>What a bucket is for.</summary>
    public enum Kinds
    {
        /// <summary>An authenticated account.</summary>
        Account,

        /// <summary>An IPv4 address.</summary>
        Address,

        /// <summary>An IPv6 network.</summary>
        Network,
    }

    /// <summary>The bucket of a request; null for a Unix socket, where callers have no address and are trusted.</summary>
    public static RateBucket? From(HttpContext context, RouteClass routeClass)
    {
        Span<byte> who = stackalloc byte[16];
        who.Clear();
        // Password guesses come from callers that are not authenticated yet.
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
