namespace AudioOrleans.RelayHost.Frames;

/// <summary>What a decoder must know to go on: a change of any of these needs a discontinuity.</summary>
/// <param name="Codec">The codec.</param>
/// <param name="SampleRate">In Hz.</param>
/// <param name="Channels">1 or 2; for AAC as the ADTS header says.</param>
public sealed record AudioFormat(AudioCodec Codec, int SampleRate, int Channels)
{
    /// <summary>The media type of the bare frames.</summary>
    public string ContentType => Codec == AudioCodec.Mp3 ? "audio/mpeg" : "audio/aac";
}
