namespace AudioOrleans.RelayHost.Frames;

/// <summary>The codecs that are relayed unchanged.</summary>
public enum AudioCodec
{
    /// <summary>MPEG-1, 2 and 2.5 audio layer III (ISO/IEC 11172-3, 13818-3).</summary>
    Mp3,

    /// <summary>AAC in ADTS frames (ISO/IEC 13818-7, 6.2).</summary>
    Aac,
}
