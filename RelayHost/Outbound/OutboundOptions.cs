using System.Net;
using AudioOrleans.Configuration;

namespace AudioOrleans.RelayHost.Outbound;

/// <summary>Where this platform may connect to for URLs given by users. Section <c>Outbound</c>.</summary>
public sealed record OutboundOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Outbound";

    /// <summary>
    /// Networks in CIDR form (<c>127.0.0.0/8</c>, <c>10.1.2.3/32</c>, <c>fd00::/8</c>) that are allowed although they are private or reserved. Empty:
    /// only public addresses.
    /// </summary>
    public IReadOnlyList<string> AllowedNetworks { get; init; } = [];

    /// <summary>Time limit of a TCP connect over all addresses of a name.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Maximum number of redirects to follow; each is checked again.</summary>
    public int MaximumRedirects { get; init; } = 5;

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        foreach (var (index, network) in AllowedNetworks.Index())
            problems.In(nameof(AllowedNetworks)).Require(IPNetwork.TryParse(network, out _), $"{index}", network, "a network in CIDR form, such as 127.0.0.0/8");
        problems.Require(ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout), ConnectTimeout, "a time above zero, such as 00:00:05");
        problems.Require(MaximumRedirects >= 0, nameof(MaximumRedirects), MaximumRedirects, "a number of at least 0");
    }
}
