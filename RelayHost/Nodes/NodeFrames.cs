using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Hls;

namespace AudioOrleans.RelayHost.Nodes;

/// <summary>
/// The wire format of messages between nodes: one byte for the kind, four for the length of the payload, then the payload. Numbers are big-endian,
/// times are ticks of 100 ns.
/// </summary>
public static class NodeFrames
{
    private const int HeaderBytes = 5;
    private const int ChunkFieldBytes = 22;
    private const int SegmentFieldBytes = 33;

    /// <summary>No segment is this long; a larger length means that the input is something else.</summary>
    private const int MostBytes = 16 * 1024 * 1024;

    private enum Kind : byte
    {
        KeepAlive = 0,
        Chunk = 1,
        Segment = 2,
    }

    /// <summary>Writes a message.</summary>
    public static void Write(IBufferWriter<byte> output, NodeFrame frame)
    {
        if (frame.Chunk is { } chunk)
            WriteChunk(output, chunk, frame.BytesPerSecond);
        else if (frame.Segment is { } segment)
            WriteSegment(output, segment);
        else
            WriteHeader(output, Kind.KeepAlive, 0);
    }

    /// <summary>Reads the next message; null at the end of the input.</summary>
    /// <param name="input">The data from another node.</param>
    /// <param name="segments">The buffer for segments.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <exception cref="InvalidDataException">The input is not a valid message, or ends in the middle of one.</exception>
    internal static async ValueTask<NodeFrame?> ReadAsync(PipeReader input, SegmentBuffer segments, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            if (TryRead(ref buffer, segments, out var frame))
            {
                input.AdvanceTo(buffer.Start);
                return frame;
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
                return buffer.IsEmpty ? null : throw new InvalidDataException("The message is incomplete.");
        }
    }

    private static bool TryRead(ref ReadOnlySequence<byte> buffer, SegmentBuffer segments, out NodeFrame? frame)
    {
        frame = null;
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryRead(out var kind) || !reader.TryReadBigEndian(out int length))
            return false;
        if (length is < 0 or > MostBytes)
            throw new InvalidDataException($"A message of {length} bytes is too long.");
        if (reader.Remaining < length)
            return false;
        var body = reader.UnreadSequence.Slice(0, length);
        buffer = buffer.Slice(HeaderBytes + length);
        frame = (Kind)kind switch
        {
            Kind.KeepAlive => NodeFrame.KeepAlive,
            Kind.Chunk when length > ChunkFieldBytes => ReadChunk(body.ToArray()),
            Kind.Segment when length > SegmentFieldBytes => NodeFrame.From(ReadSegment(body, segments)),
            _ => throw new InvalidDataException($"A message of kind {kind} with {length} bytes is invalid."),
        };
        return true;
    }

    private static void WriteChunk(IBufferWriter<byte> output, AudioChunk chunk, int bytesPerSecond)
    {
        var title = chunk.Title is null ? [] : Encoding.UTF8.GetBytes(chunk.Title);
        WriteHeader(output, Kind.Chunk, ChunkFieldBytes + title.Length + chunk.Bytes.Length);
        var fields = output.GetSpan(ChunkFieldBytes);
        BinaryPrimitives.WriteInt32BigEndian(fields, bytesPerSecond);
        fields[4] = (byte)chunk.Format.Codec;
        fields[5] = (byte)chunk.Format.Channels;
        BinaryPrimitives.WriteInt32BigEndian(fields[6..], chunk.Format.SampleRate);
        BinaryPrimitives.WriteInt64BigEndian(fields[10..], chunk.Duration.Ticks);
        BinaryPrimitives.WriteInt32BigEndian(fields[18..], chunk.Title is null ? -1 : title.Length);
        output.Advance(ChunkFieldBytes);
        output.Write(title);
        output.Write(chunk.Bytes.Span);
    }

    private static NodeFrame ReadChunk(byte[] body)
    {
        var fields = body.AsSpan();
        var codec = (AudioCodec)fields[4];
        var titleBytes = BinaryPrimitives.ReadInt32BigEndian(fields[18..]);
        if (!Enum.IsDefined(codec) || titleBytes < -1 || titleBytes > body.Length - ChunkFieldBytes)
            throw new InvalidDataException("The fields of the chunk are invalid.");
        var format = new AudioFormat(codec, BinaryPrimitives.ReadInt32BigEndian(fields[6..]), fields[5]);
        var start = ChunkFieldBytes + Math.Max(titleBytes, 0);
        var title = titleBytes < 0 ? null : Encoding.UTF8.GetString(body, ChunkFieldBytes, titleBytes);
        var chunk = new AudioChunk(body.AsMemory(start), new TimeSpan(BinaryPrimitives.ReadInt64BigEndian(fields[10..])), format) { Title = title };
        return NodeFrame.From(chunk, BinaryPrimitives.ReadInt32BigEndian(fields));
    }

    private static void WriteSegment(IBufferWriter<byte> output, MediaSegment segment)
    {
        // A segment that has left the window in the meantime is useless.
        if (!segment.Bytes.TryHold())
            return;
        try
        {
            WriteHeldSegment(output, segment);
        }
        finally
        {
            segment.Bytes.Release();
        }
    }

    private static void WriteHeldSegment(IBufferWriter<byte> output, MediaSegment segment)
    {
        WriteHeader(output, Kind.Segment, SegmentFieldBytes + segment.Bytes.Length);
        var fields = output.GetSpan(SegmentFieldBytes);
        BinaryPrimitives.WriteInt64BigEndian(fields, segment.Sequence);
        BinaryPrimitives.WriteInt64BigEndian(fields[8..], segment.Duration.Ticks);
        BinaryPrimitives.WriteInt64BigEndian(fields[16..], segment.Start.UtcTicks);
        fields[24] = segment.Discontinuity ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(fields[25..], segment.DiscontinuitySequence);
        output.Advance(SegmentFieldBytes);
        segment.Bytes.CopyTo(output);
    }

    private static MediaSegment ReadSegment(ReadOnlySequence<byte> body, SegmentBuffer segments)
    {
        Span<byte> fields = stackalloc byte[SegmentFieldBytes];
        body.Slice(0, SegmentFieldBytes).CopyTo(fields);
        var (duration, start) = (BinaryPrimitives.ReadInt64BigEndian(fields[8..]), BinaryPrimitives.ReadInt64BigEndian(fields[16..]));
        if (duration is <= 0 or > TimeSpan.TicksPerHour || start < 0 || start > DateTimeOffset.MaxValue.UtcTicks)
            throw new InvalidDataException("The times of the segment are invalid.");
        foreach (var part in body.Slice(SegmentFieldBytes))
            segments.Write(part.Span);
        return new MediaSegment(
            BinaryPrimitives.ReadInt64BigEndian(fields), new TimeSpan(duration), new DateTimeOffset(start, TimeSpan.Zero), fields[24] == 1,
            BinaryPrimitives.ReadInt64BigEndian(fields[25..]), segments.Finish());
    }

    private static void WriteHeader(IBufferWriter<byte> output, Kind kind, int length)
    {
        var header = output.GetSpan(HeaderBytes);
        header[0] = (byte)kind;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], length);
        output.Advance(HeaderBytes);
    }
}

/// <summary>One message between nodes: a chunk, a segment, or neither, which is a keep-alive.</summary>
/// <param name="Chunk">Audio for progressive listeners.</param>
/// <param name="BytesPerSecond">The stream's bitrate in bytes per second, sent with a chunk.</param>
/// <param name="Segment">A segment of a live playlist.</param>
public sealed record NodeFrame(AudioChunk? Chunk, int BytesPerSecond, MediaSegment? Segment)
{
    /// <summary>A keep-alive.</summary>
    public static NodeFrame KeepAlive { get; } = new(null, 0, null);

    /// <summary>Creates a message with a chunk.</summary>
    public static NodeFrame From(AudioChunk chunk, int bytesPerSecond) => new(chunk, bytesPerSecond, null);

    /// <summary>Creates a message with a segment.</summary>
    public static NodeFrame From(MediaSegment segment) => new(null, 0, segment);
}
