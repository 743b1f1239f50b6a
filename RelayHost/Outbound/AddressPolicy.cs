using System.Net;
using System.Net.Sockets;
using AudioOrleans.Configuration;

namespace AudioOrleans.RelayHost.Outbound;

/// <summary>Distinguishes public addresses from private and reserved ones (IANA special-purpose registries, RFC 6890).</summary>
public sealed class AddressPolicy
{
    private static readonly IPNetwork[] Reserved =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/3",
            "::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16",
            "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    private readonly IPNetwork[] _allowed;

    /// <summary>Parses the networks that are allowed in addition to the public ones.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A network is not in CIDR form; the message names the setting.</exception>
    public AddressPolicy(OutboundOptions options)
    {
        _allowed = [.. options.Validate().AllowedNetworks.Select(network => IPNetwork.Parse(network))];
    }

    /// <summary>Whether a connection to this address is allowed for a URL given by a user.</summary>
    public bool IsAllowed(IPAddress address)
    {
        foreach (var candidate in Embedded(address))
        {
            if (!_allowed.Any(network => network.Contains(candidate)) && Reserved.Any(network => network.Contains(candidate)))
                return false;
        }
        return true;
    }

    /// <summary>
    /// The address and each IPv4 address embedded in it: a mapped address (<c>::ffff:a.b.c.d</c>) is only that IPv4 address; NAT64
    /// (<c>64:ff9b::/96</c>) and 6to4 (<c>2002::/16</c>) contain one that a gateway would connect to.
    /// </summary>
    private static IEnumerable<IPAddress> Embedded(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
        {
            yield return address.MapToIPv4();
            yield break;
        }
        yield return address;
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            yield break;
        var bytes = address.GetAddressBytes();
        if (bytes is [0x20, 0x02, ..])
            yield return new IPAddress(bytes.AsSpan(2, 4));
        if (bytes is [0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, ..])
            yield return new IPAddress(bytes.AsSpan(12, 4));
    }
}
