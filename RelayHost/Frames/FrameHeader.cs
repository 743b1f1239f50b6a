namespace AudioOrleans.RelayHost.Frames;

/// <summary>One frame's header, MP3 or ADTS; the layer bits distinguish them.</summary>
/// <param name="Codec">The codec.</param>
/// <param name="Length">Size of the whole frame in bytes, header included.</param>
/// <param name="Samples">Decoded samples per channel.</param>
/// <param name="SampleRate">In Hz.</param>
/// <param name="Channels">Channel count; 0 where an ADTS header leaves it to the payload.</param>
public readonly record struct FrameHeader(AudioCodec Codec, int Length, int Samples, int SampleRate, int Channels)
{
    /// <summary>The maximum number of bytes that <see cref="TryRead"/> needs.</summary>
    public const int Size = 7;

    private static ReadOnlySpan<short> BitratesVersion1 => [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];

    private static ReadOnlySpan<short> BitratesVersion2 => [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

    private static ReadOnlySpan<int> SampleRatesMpeg => [44100, 48000, 32000];

    private static ReadOnlySpan<int> SampleRatesAdts =>
        [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350];

    /// <summary>Parses a header at the start of the span; false when there is none, or it is free-format or reserved.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < Size || bytes[0] != 0xFF || (bytes[1] & 0xE0) != 0xE0)
            return false;
        var layer = (bytes[1] >> 1) & 3;
        return layer switch
        {
            0 => TryReadAdts(bytes, out header),
            1 => TryReadMp3(bytes, out header),
            _ => false,
        };
    }

    /// <summary>Whether two frames can belong to the same stream.</summary>
    public bool Continues(FrameHeader previous) =>
        Codec == previous.Codec && SampleRate == previous.SampleRate && Channels == previous.Channels;

    private static bool TryReadMp3(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        var version = (bytes[1] >> 3) & 3; // 3: MPEG-1, 2: MPEG-2, 0: MPEG-2.5, 1: reserved
        var bitrateIndex = bytes[2] >> 4;
        var rateIndex = (bytes[2] >> 2) & 3;
        if (version == 1 || bitrateIndex is 0 or 15 || rateIndex == 3)
            return false;
        var mpeg1 = version == 3;
        var bitrate = (mpeg1 ? BitratesVersion1 : BitratesVersion2)[bitrateIndex] * 1000;
        var sampleRate = SampleRatesMpeg[rateIndex] >> (version switch { 3 => 0, 2 => 1, _ => 2 });
        var samples = mpeg1 ? 1152 : 576;
        var length = (samples / 8 * bitrate / sampleRate) + ((bytes[2] >> 1) & 1);
        header = new FrameHeader(AudioCodec.Mp3, length, samples, sampleRate, bytes[3] >> 6 == 3 ? 1 : 2);
        return true;
    }

    private static bool TryReadAdts(ReadOnlySpan<byte> bytes, out FrameHeader header)
    {
        header = default;
        var rateIndex = (bytes[2] >> 2) & 15;
        if ((bytes[1] & 0xF0) != 0xF0 || rateIndex >= SampleRatesAdts.Length)
            return false;
        var channels = ((bytes[2] & 1) << 2) | (bytes[3] >> 6);
        var length = ((bytes[3] & 3) << 11) | (bytes[4] << 3) | (bytes[5] >> 5);
        if (length < Size)
            return false;
        var blocks = (bytes[6] & 3) + 1;
        header = new FrameHeader(AudioCodec.Aac, length, 1024 * blocks, SampleRatesAdts[rateIndex], channels);
        return true;
    }
}
