namespace AudioOrleans.RelayHost.Outbound;

/// <summary>A user-given address is in a network that this platform does not connect to.</summary>
public sealed class OutboundRefusedException(string host)
    : Exception($"{host} is in a private or reserved network; expected a public address.")
{
    /// <summary>The host name or address as given.</summary>
    public string Host { get; } = host;
}
