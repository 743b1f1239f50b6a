using System.Globalization;
using System.Net;

namespace Orleans.Runtime;

/// <summary>Where a silo is and which of its lives this is, written <c>S127.0.0.1:11111:1</c>.</summary>
[Immutable]
public sealed class SiloAddress : IEquatable<SiloAddress>, IComparable<SiloAddress>
{
    private SiloAddress(IPEndPoint endpoint, int generation)
    {
        Endpoint = endpoint;
        Generation = generation;
    }

    /// <summary>No silo.</summary>
    public static SiloAddress Zero { get; } = new(new(IPAddress.Any, 0), 0);

    /// <summary>Its address and port.</summary>
    [Id(0)]
    public IPEndPoint Endpoint { get; }

    /// <summary>Which of its lives; a restart raises it.</summary>
    [Id(1)]
    public int Generation { get; }

    /// <summary>From address, port and generation.</summary>
    public static SiloAddress New(IPAddress address, int port, int generation) => new(new(address, port), generation);

    /// <summary>From endpoint and generation.</summary>
    public static SiloAddress New(IPEndPoint ep, int gen) => new(ep, gen);

    /// <summary>The form that <see cref="FromParsableString"/> reads: <c>address:port@generation</c>.</summary>
    public string ToParsableString() => string.Create(CultureInfo.InvariantCulture, $"{Endpoint}@{Generation}");

    /// <summary>Reads <see cref="ToParsableString"/>.</summary>
    /// <exception cref="FormatException">The text is no silo address.</exception>
    public static SiloAddress FromParsableString(string addr)
    {
        var at = addr.LastIndexOf('@');
        return at > 0
            && IPEndPoint.TryParse(addr.AsSpan(0, at), out var endpoint)
            && int.TryParse(addr.AsSpan(at + 1), NumberStyles.Integer, CultureInfo.InvariantCulture, out var generation)
            ? new(endpoint, generation)
            : throw new FormatException($"'{addr}' is no silo address; expected address:port@generation.");
    }

    /// <inheritdoc/>
    public bool Equals(SiloAddress? other) => other is not null && Generation == other.Generation && Endpoint.Equals(other.Endpoint);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SiloAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Endpoint, Generation);

    /// <inheritdoc/>
    public int CompareTo(SiloAddress? other) => string.CompareOrdinal(ToParsableString(), other?.ToParsableString());

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"S{Endpoint}:{Generation}");
}
