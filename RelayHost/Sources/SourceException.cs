namespace AudioOrleans.RelayHost.Sources;

/// <summary>Why a source cannot be used, as a stable code for tools.</summary>
public enum SourceFault
{
    /// <summary>No connection: name unknown, refused, timed out, TLS failed.</summary>
    Unreachable,

    /// <summary>The address is in a network that this platform does not connect to.</summary>
    Forbidden,

    /// <summary>401 or 403 from the source.</summary>
    Unauthorized,

    /// <summary>An HTTP status other than success.</summary>
    BadStatus,

    /// <summary>Too many redirects, or a redirect without a usable target.</summary>
    RedirectLoop,

    /// <summary>Not an HTTP response, or endless headers.</summary>
    BadAnswer,

    /// <summary>A page, a playlist file or other bytes that are not audio.</summary>
    NotAudio,

    /// <summary>Audio, but neither MP3 nor AAC.</summary>
    UnsupportedCodec,

    /// <summary>Connected, but no bytes arrive.</summary>
    Silent,

    /// <summary>Bytes arrive, but slower than real time.</summary>
    TooSlow,

    /// <summary>The source announces metadata within the audio, but sends none.</summary>
    MetadataInvalid,

    /// <summary>The source ended the stream.</summary>
    Ended,
}

/// <summary>A source cannot be used; the message is a sentence for the DJ.</summary>
public sealed class SourceException(SourceFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of fault.</summary>
    public SourceFault Fault { get; } = fault;
}
