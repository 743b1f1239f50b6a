namespace AudioOrleans.RelayHost.Sources;

/// <summary>Why a source cannot be used, as a stable word for tools.</summary>
public enum SourceFault
{
    /// <summary>No connection: name unknown, refused, timed out, TLS failed.</summary>
    Unreachable,

    /// <summary>The address is in a network that this platform does not connect to.</summary>
    Forbidden,

    /// <summary>401 or 403 from the source.</summary>
    Unauthorized,

    /// <summary>Another HTTP status than success.</summary>
    BadStatus,

    /// <summary>More redirects than are followed, or a redirect to nowhere.</summary>
    RedirectLoop,

    /// <summary>What came is no HTTP answer, or has headers without end.</summary>
    BadAnswer,

    /// <summary>A page, a playlist file or other bytes that are no audio.</summary>
    NotAudio,

    /// <summary>Audio, but neither MP3 nor AAC.</summary>
    UnsupportedCodec,

    /// <summary>Connected, but no bytes come.</summary>
    Silent,

    /// <summary>Bytes come, but slower than they play.</summary>
    TooSlow,

    /// <summary>The source says that metadata stands between the audio, and it does not.</summary>
    MetadataInvalid,

    /// <summary>The source ended the stream.</summary>
    Ended,
}

/// <summary>A source that cannot be used, with a sentence for the DJ.</summary>
public sealed class SourceException(SourceFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of fault.</summary>
    public SourceFault Fault { get; } = fault;
}
