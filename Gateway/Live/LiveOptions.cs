using AudioOrleans.Configuration;

namespace AudioOrleans.Gateway.Live;

/// <summary>How audio without end is sent. Section <c>Live</c>.</summary>
public sealed record LiveOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Live";

    /// <summary>
    /// Whether the connection's end alone ends the audio, for all players (RFC 9112, section 6.3): some old ones cannot read chunks, though
    /// they speak HTTP/1.1. Those who ask for the connection to be closed, and HTTP/1.0, get it so in any case.
    /// </summary>
    public bool CloseDelimited { get; init; }
}
