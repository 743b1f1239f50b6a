using AudioOrleans.Configuration;

namespace AudioOrleans.Gateway.Live;

/// <summary>Options of progressive audio, which has no end. Section <c>Live</c>.</summary>
public sealed record LiveOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Live";

    /// <summary>
    /// Whether to delimit the audio by the end of the connection for all players (RFC 9112, section 6.3): some old players cannot read chunks
    /// although they speak HTTP/1.1. Clients that ask for the connection to be closed, and HTTP/1.0 clients, always get this.
    /// </summary>
    public bool CloseDelimited { get; init; }
}
