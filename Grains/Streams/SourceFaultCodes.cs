using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.Grains.Streams;

/// <summary>The stable codes for why a source cannot be used.</summary>
public static class SourceFaultCodes
{
    /// <summary>The code for a fault.</summary>
    public static string From(SourceFault fault) => fault switch
    {
        SourceFault.Unreachable => "unreachable",
        SourceFault.Forbidden => "forbidden_address",
        SourceFault.Unauthorized => "unauthorized",
        SourceFault.BadStatus => "bad_status",
        SourceFault.RedirectLoop => "redirect_loop",
        SourceFault.BadAnswer => "bad_answer",
        SourceFault.NotAudio => "not_audio",
        SourceFault.UnsupportedCodec => "unsupported_codec",
        SourceFault.Silent => "silent",
        SourceFault.TooSlow => "too_slow",
        SourceFault.MetadataInvalid => "metadata_invalid",
        SourceFault.Ended => "ended",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
