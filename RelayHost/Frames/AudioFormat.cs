namespace AudioOrleans.RelayHost.Frames;

/// <summary>The parameters of a decoder: a change of any of them requires a discontinuity.</summary>
/// <param name="Codec">The codec.</param>
/// <param name="SampleRate">In Hz.</param>
/// <param name="Channels">1 or 2; for AAC as declared in the ADTS header.</param>
public sealed record AudioFormat(AudioCodec Codec, int SampleRate, int Channels)
{
    /// <summary>The media type of the raw frames.</summary>
    public string ContentType => Codec == AudioCodec.Mp3 ? "audio/mpeg" : "audio/aac";
}

/// <summary>The codecs that are relayed unchanged.</summary>
public enum AudioCodec
{
    /// <summary>MPEG-1, 2 and 2.5 audio layer III (ISO/IEC 11172-3, 13818-3).</summary>
    Mp3,

    /// <summary>AAC in ADTS frames (ISO/IEC 13818-7, 6.2).</summary>
    Aac,
}

/// <summary>A run of whole frames, shared by all listeners; immutable.</summary>
/// <param name="Bytes">Whole frames, one after the other.</param>
/// <param name="Duration">Their playing time.</param>
/// <param name="Format">The audio format of the frames.</param>
public sealed record AudioChunk(ReadOnlyMemory<byte> Bytes, TimeSpan Duration, AudioFormat Format)
{
    /// <summary>The title on air at the start of the chunk; null before the source has sent one.</summary>
    public string? Title { get; init; }
}
