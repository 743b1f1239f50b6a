using System.Buffers.Binary;

namespace AudioOrleans.RelayHost.Frames;

/// <summary>The content of the frame that describes an MP3. Its values are trusted only as far as the frames confirm them.</summary>
/// <param name="Bytes">Total size of the frames, this one included; null if not given.</param>
/// <param name="Padding">Silence that the encoder added around the sound; null if not given.</param>
public readonly record struct Mp3Description(long? Bytes, EncoderPadding? Padding);

/// <summary>Silence that an encoder adds, because its frames are longer than the remaining sound, in decoded samples.</summary>
/// <param name="Start">Before the sound, including the decoder's own delay.</param>
/// <param name="End">After the sound.</param>
public readonly record struct EncoderPadding(int Start, int End);

/// <summary>
/// The frame that gives players of an MP3 its duration and seek positions: silence with a table in place of its sound. The table's name declares
/// whether the bitrate is constant (<c>Info</c>), so that byte positions give exact times, or not (<c>Xing</c>): then there are a hundred entries of
/// 256 steps.
/// </summary>
public static class XingFrame
{
    private const int HeaderSize = 4;
    private const int Entries = 100;
    private const int HasFrames = 1, HasBytes = 2, HasEntries = 4, HasQuality = 8;

    /// <summary>The delay of a layer III decoder, in samples.</summary>
    private const int DecoderDelay = 529;

    /// <summary>Builds such a frame.</summary>
    /// <param name="sampleRate">Sample rate of the frames that follow, in Hz: one that MP3 supports.</param>
    /// <param name="channels">Channels of the frames that follow: 1 or 2.</param>
    /// <param name="samples">Samples per channel that follow.</param>
    /// <param name="bytes">Number of bytes that follow.</param>
    /// <param name="isConstant">Whether the bitrate is constant.</param>
    /// <param name="offsetAt">Returns the byte offset that plays at a fraction of the time, 0 to 1.</param>
    public static byte[] Make(int sampleRate, int channels, long samples, long bytes, bool isConstant, Func<double, long> offsetAt)
    {
        var isMpeg1 = sampleRate >= 32000;
        Span<byte> header = [0xFF, VersionOf(sampleRate), (byte)((isMpeg1 ? 0x90 : 0x80) | (RateOf(sampleRate) << 2)), (byte)(channels == 1 ? 0xC0 : 0), 0, 0, 0];
        if (!FrameHeader.TryRead(header, out var format) || format.SampleRate != sampleRate)
            throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate, "Expected a sample rate that MP3 supports.");
        var frame = new byte[format.Length];
        header[..HeaderSize].CopyTo(frame);
        var tag = frame.AsSpan(HeaderSize + SideInformation(isMpeg1, channels));
        (isConstant ? "Info"u8 : "Xing"u8).CopyTo(tag);
        BinaryPrimitives.WriteInt32BigEndian(tag[4..], HasFrames | HasBytes | HasEntries);
        BinaryPrimitives.WriteUInt32BigEndian(tag[8..], (uint)Math.Min((samples + format.Samples - 1) / format.Samples, uint.MaxValue));
        var whole = bytes + frame.Length;
        BinaryPrimitives.WriteUInt32BigEndian(tag[12..], (uint)Math.Min(whole, uint.MaxValue));
        for (var i = 0; i < Entries; i++)
            tag[16 + i] = (byte)Math.Min(255, Math.Round((frame.Length + offsetAt(i / (double)Entries)) * 256.0 / whole));
        return frame;
    }

    /// <summary>
    /// Whether a frame contains no sound but a table about the file: Xing, Info or Fraunhofer's VBRI. Decoders play it as silence between tracks.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out Mp3Description description)
    {
        description = default;
        if (frame.Length < 40)
            return false;
        var isMpeg1 = ((frame[1] >> 3) & 3) == 3;
        var table = frame[(HeaderSize + SideInformation(isMpeg1, frame[3] >> 6 == 3 ? 1 : 2))..];
        // A checksum of two bytes may precede the side information.
        if (!IsTable(table) && (frame[1] & 1) == 0)
            table = table[2..];
        if (!IsTable(table))
            return frame[36..].StartsWith("VBRI"u8);
        description = Read(table);
        return true;
    }

    private static bool IsTable(ReadOnlySpan<byte> bytes) => bytes.StartsWith("Xing"u8) || bytes.StartsWith("Info"u8);

    private static Mp3Description Read(ReadOnlySpan<byte> table)
    {
        const int encoderDelays = 21;
        var flags = table.Length < 8 ? 0 : BinaryPrimitives.ReadInt32BigEndian(table[4..]);
        var at = 8 + ((flags & HasFrames) != 0 ? 4 : 0);
        long? bytes = null;
        if ((flags & HasBytes) != 0)
        {
            if (table.Length >= at + 4)
                bytes = BinaryPrimitives.ReadUInt32BigEndian(table[at..]);
            at += 4;
        }
        at += ((flags & HasEntries) != 0 ? Entries : 0) + ((flags & HasQuality) != 0 ? 4 : 0);
        // LAME's extension begins with the encoder's name; other data in its place is ignored.
        if (table.Length < at + encoderDelays + 3 || !char.IsAsciiLetter((char)table[at]))
            return new Mp3Description(bytes, null);
        var delays = table[(at + encoderDelays)..];
        var (start, end) = (delays[0] << 4 | delays[1] >> 4, (delays[1] & 15) << 8 | delays[2]);
        return new Mp3Description(bytes, new EncoderPadding(start + DecoderDelay, Math.Max(0, end - DecoderDelay)));
    }

    /// <summary>MPEG-1, MPEG-2 with half the sample rates, or MPEG-2.5 with a quarter; layer III, without a checksum.</summary>
    private static byte VersionOf(int sampleRate) => sampleRate >= 32000 ? (byte)0xFB : sampleRate >= 16000 ? (byte)0xF3 : (byte)0xE3;

    private static int RateOf(int sampleRate) => (sampleRate % 11025 == 0, sampleRate % 12000 == 0) switch { (true, _) => 0, (_, true) => 1, _ => 2 };

    /// <summary>The offset of the sound data after the frame's header (ISO/IEC 11172-3, section 2.4.1.7).</summary>
    private static int SideInformation(bool isMpeg1, int channels) => isMpeg1 ? (channels == 1 ? 17 : 32) : (channels == 1 ? 9 : 17);
}
