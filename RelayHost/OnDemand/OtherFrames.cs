namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>Detects files of raw frames other than MP3 and AAC: MPEG audio layer II, AC-3 and Enhanced AC-3. They start with a frame.</summary>
internal static class OtherFrames
{
    private const int Confirmations = 3;

    private static ReadOnlySpan<short> Layer2Version1 => [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384];

    private static ReadOnlySpan<short> Layer2Version2 => [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

    private static ReadOnlySpan<int> MpegRates => [44100, 48000, 32000];

    /// <summary>AC-3 bitrates in kbit/s (ETSI TS 102 366, table 5.18); a frame has 1,536 samples.</summary>
    private static ReadOnlySpan<short> Ac3Rates => [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640];

    private static ReadOnlySpan<int> Ac3SampleRates => [48000, 44100, 32000];

    /// <summary>Detects the kind of frames at the start of the span; null if none of these.</summary>
    public static AudioFileKind? Find(ReadOnlySpan<byte> head)
    {
        AudioFileKind? found = null;
        for (var (at, count) = (0, 0); count < Confirmations; count++)
        {
            if (at >= head.Length && count > 0)
                return null;
            var (kind, length) = FrameAt(head[at..]);
            if (kind is null || (found ??= kind) != kind)
                return null;
            at += length;
        }
        return found;
    }

    private static (AudioFileKind? Kind, int Length) FrameAt(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 6)
            return (null, 0);
        if (bytes[0] == 0xFF && (bytes[1] & 0xE6) == 0xE4)
            return Layer2(bytes);
        return bytes[0] == 0x0B && bytes[1] == 0x77 ? Ac3(bytes) : (null, 0);
    }

    private static (AudioFileKind?, int) Layer2(ReadOnlySpan<byte> bytes)
    {
        var version = (bytes[1] >> 3) & 3;
        var (rate, sampleRate) = (bytes[2] >> 4, (bytes[2] >> 2) & 3);
        if (version == 1 || rate is 0 or 15 || sampleRate == 3)
            return (null, 0);
        var isVersion1 = version == 3;
        var hertz = MpegRates[sampleRate] >> (isVersion1 ? 0 : version == 2 ? 1 : 2);
        return (AudioFileKind.Mp2, (144 * (isVersion1 ? Layer2Version1 : Layer2Version2)[rate] * 1000 / hertz) + ((bytes[2] >> 1) & 1));
    }

    private static (AudioFileKind?, int) Ac3(ReadOnlySpan<byte> bytes)
    {
        var version = bytes[5] >> 3;
        if (version > 10)
            return (AudioFileKind.Eac3, 2 * ((((bytes[2] & 7) << 8) | bytes[3]) + 1));
        var (sampleRate, size) = (bytes[4] >> 6, bytes[4] & 63);
        if (sampleRate == 3 || size / 2 >= Ac3Rates.Length)
            return (null, 0);
        var words = Ac3Rates[size / 2] * 1000 / 8 * 1536 / Ac3SampleRates[sampleRate] / 2;
        // At 44.1 kHz a frame is not a whole number of words: every second size has one more.
        return (AudioFileKind.Ac3, 2 * (words + (sampleRate == 1 ? size & 1 : 0)));
    }
}
