namespace AudioOrleans.RelayHost.Frames;

/// <summary>MP3 whose headers declare no bitrate (ISO/IEC 11172-3, section 2.4.2.3): hardly any player supports it, and it cannot be relayed.</summary>
public static class FreeFormat
{
    private const int HeaderSize = 4;

    /// <summary>The maximum frame size that decoders accept: 640 kbit/s at 32 kHz.</summary>
    private const int LongestFrame = 2880;

    /// <summary>Whether the bytes contain three such headers at equal distances.</summary>
    public static bool IsIn(ReadOnlySpan<byte> bytes)
    {
        for (var first = 0; first + HeaderSize <= bytes.Length; first++)
        {
            if (!IsHeader(bytes[first..]))
                continue;
            for (var length = HeaderSize; length <= LongestFrame && first + (2 * length) + HeaderSize <= bytes.Length; length++)
            {
                if (Continues(bytes[first..], bytes[(first + length)..]) && Continues(bytes[first..], bytes[(first + (2 * length))..]))
                    return true;
            }
        }
        return false;
    }

    /// <summary>Layer III in free format: bitrate index 0.</summary>
    private static bool IsHeader(ReadOnlySpan<byte> bytes) =>
        bytes[0] == 0xFF && (bytes[1] & 0xE0) == 0xE0 && ((bytes[1] >> 3) & 3) != 1 && ((bytes[1] >> 1) & 3) == 1 && bytes[2] >> 4 == 0 && ((bytes[2] >> 2) & 3) != 3;

    /// <summary>Version, layer, sample rate and channels are the same in all frames of a stream.</summary>
    private static bool Continues(ReadOnlySpan<byte> first, ReadOnlySpan<byte> next) =>
        IsHeader(next) && next[1] == first[1] && (next[2] & 0xFC) == (first[2] & 0xFC) && (next[3] & 0xC0) == (first[3] & 0xC0);
}
