using System.Buffers.Binary;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.RelayHost.Gapless;

/// <summary>The contiguous frames of an MP3 (ISO/IEC 11172-3, section 2.4.1).</summary>
internal sealed class Mp3Frames
{
    private const int HeaderSize = 4;
    private const int BufferSize = 128 * 1024;

    private readonly string _path;
    private readonly List<long> _offsets;

    private Mp3Frames(string path, List<long> offsets, FrameHeader format)
    {
        (_path, _offsets, Format) = (path, offsets, format);
    }

    /// <summary>The number of frames.</summary>
    public int Count => _offsets.Count - 1;

    /// <summary>The first frame's header: all frames have its sample rate, channels and samples.</summary>
    public FrameHeader Format { get; }

    /// <summary>Reads the frames of a file.</summary>
    /// <exception cref="UnusableAudioException">There are no frames, or there are other bytes between them.</exception>
    public static Mp3Frames Read(string path, long offset, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize);
        file.Position = offset;
        var offsets = new List<long> { offset };
        FrameHeader? format = null;
        Span<byte> head = stackalloc byte[FrameHeader.Size];
        for (var end = Math.Min(file.Length, offset + length); offsets[^1] < end;)
        {
            file.Seek(offsets[^1], SeekOrigin.Begin); // Unlike setting Position, this keeps the read-ahead buffer.
            if (file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !FrameHeader.TryRead(head, out var header)
                || !header.Continues(format ??= header) || offsets[^1] + header.Length > end)
            {
                throw UnusableAudioException.NoAudio();
            }
            offsets.Add(offsets[^1] + header.Length);
        }
        return format is { } found ? new Mp3Frames(path, offsets, found) : throw UnusableAudioException.NoAudio();
    }

    /// <summary>Number of bytes between the starts of two frames.</summary>
    public long BytesBetween(int from, int to) => _offsets[to] - _offsets[from];

    /// <summary>The bytes of a range of frames.</summary>
    public byte[] Slice(int from, int to)
    {
        var bytes = new byte[BytesBetween(from, to)];
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
        file.Position = _offsets[from];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Playing time of this many frames.</summary>
    public TimeSpan DurationOf(int frames) => TimeSpan.FromTicks((long)frames * Format.Samples * TimeSpan.TicksPerSecond / Format.SampleRate);

    /// <summary>
    /// The bytes of earlier frames that a frame, if it exists, depends on: an encoder may store unused bits of a frame for the next ones
    /// (<c>main_data_begin</c>, ISO/IEC 11172-3, section 2.4.2.7).
    /// </summary>
    public byte[] BitsBefore(int frame)
    {
        const int mostFrames = 32; // This many of the smallest frames hold the maximum reservoir.
        if (frame == Count)
            return [];
        var bytes = Slice(Math.Max(0, frame - mostFrames), frame + 1);
        var main = new List<byte>();
        var rest = bytes.AsSpan();
        for (; FrameHeader.TryRead(rest, out var header) && header.Length < rest.Length; rest = rest[header.Length..])
            main.AddRange(rest[MainDataStart(rest)..header.Length]);
        var side = rest[(MainDataStart(rest) - SideInformation(rest))..];
        var needed = IsMpeg1(rest) ? BinaryPrimitives.ReadUInt16BigEndian(side) >> 7 : side[0];
        return [.. main.TakeLast(needed)];
    }

    /// <summary>Offset of the main data in a frame, after header, checksum and side information.</summary>
    public static int MainDataStart(ReadOnlySpan<byte> frame) => HeaderSize + ((frame[1] & 1) == 0 ? 2 : 0) + SideInformation(frame);

    private static bool IsMpeg1(ReadOnlySpan<byte> frame) => ((frame[1] >> 3) & 3) == 3;

    private static int SideInformation(ReadOnlySpan<byte> frame) => (IsMpeg1(frame), frame[3] >> 6 == 3) switch { (true, false) => 32, (true, true) or (false, false) => 17, _ => 9 };
}
