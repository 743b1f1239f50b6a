namespace AudioOrleans.RelayHost.Outbound;

/// <summary>Where this platform may connect to on a user's word. Section <c>Outbound</c>.</summary>
public sealed record OutboundOptions
{
    /// <summary>
    /// Networks in CIDR form (<c>127.0.0.0/8</c>, <c>10.1.2.3/32</c>, <c>fd00::/8</c>) that are reachable although they are
    /// private or reserved. Empty: only public addresses.
    /// </summary>
    public IReadOnlyList<string> AllowedNetworks { get; init; } = [];

    /// <summary>How long a TCP connect may take over all addresses of a name.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many redirects are followed, each checked anew.</summary>
    public int MaximumRedirects { get; init; } = 5;
}
