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
