using System.Buffers.Binary;

namespace Audio.Orleans.RelayHost.Frames;

/// <summary>
/// The frame that tells players of an MP3 how long it is and where to begin at a time: silence with a table in place of its sound. By the
/// table's name they know whether the rate is constant (<c>Info</c>), so that bytes tell the time exactly, or not (<c>Xing</c>): then they
/// have a hundred entries of 256 steps.
/// </summary>
public static class XingFrame
{
    private const int HeaderSize = 4;
    private const int Entries = 100;
    private const int HasFrames = 1, HasBytes = 2, HasEntries = 4;

    /// <summary>Makes one.</summary>
    /// <param name="sampleRate">Of the frames that follow, Hz: one that MP3 knows.</param>
    /// <param name="channels">Of the frames that follow: 1 or 2.</param>
    /// <param name="samples">How many samples a channel follow.</param>
    /// <param name="bytes">How many bytes follow.</param>
    /// <param name="isConstant">Whether the rate is the same throughout.</param>
    /// <param name="offsetAt">Which of those bytes plays at a part of the time, 0 to 1.</param>
    public static byte[] Make(int sampleRate, int channels, long samples, long bytes, bool isConstant, Func<double, long> offsetAt)
    {
        ArgumentNullException.ThrowIfNull(offsetAt);
        var isMpeg1 = sampleRate >= 32000;
        Span<byte> header = [0xFF, VersionOf(sampleRate), (byte)((isMpeg1 ? 0x90 : 0x80) | (RateOf(sampleRate) << 2)), (byte)(channels == 1 ? 0xC0 : 0), 0, 0, 0];
        if (!FrameHeader.TryRead(header, out var format) || format.SampleRate != sampleRate)
            throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate, "Expected a sample rate of MP3.");
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

    /// <summary>MPEG-1, MPEG-2 with half the rates, or MPEG-2.5 with a quarter; layer III, without a checksum.</summary>
    private static byte VersionOf(int sampleRate) => sampleRate >= 32000 ? (byte)0xFB : sampleRate >= 16000 ? (byte)0xF3 : (byte)0xE3;

    private static int RateOf(int sampleRate) => (sampleRate % 11025 == 0, sampleRate % 12000 == 0) switch { (true, _) => 0, (_, true) => 1, _ => 2 };

    /// <summary>Where sound would begin, behind the frame's header (ISO/IEC 11172-3, section 2.4.1.7).</summary>
    private static int SideInformation(bool isMpeg1, int channels) => isMpeg1 ? (channels == 1 ? 17 : 32) : (channels == 1 ? 9 : 17);
}
