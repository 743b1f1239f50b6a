using System.Buffers;
using System.IO.Pipelines;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Hls;
using AudioOrleans.RelayHost.Nodes;

namespace AudioOrleans.RelayHost.Tests.Nodes;

public sealed class NodeFramesTests
{
    private static readonly MediaSegment Segment = new(
        9_000_000_000, TimeSpan.FromSeconds(6.25), new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero), true, 42, new SegmentBytes([1, 2, 3]));

    private static readonly AudioChunk Chunk = new(new byte[] { 255, 251, 9 }, TimeSpan.FromMilliseconds(261), new AudioFormat(AudioCodec.Aac, 48_000, 2));

    [Fact]
    public async Task Written_frames_are_read_back()
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var title in new[] { null, "", "Ünï - cödé" })
            NodeFrames.Write(output, NodeFrame.From(Chunk with { Title = title }, 16_000));
        NodeFrames.Write(output, NodeFrame.KeepAlive);
        NodeFrames.Write(output, NodeFrame.From(Segment));
        var input = PipeReader.Create(new MemoryStream(output.WrittenSpan.ToArray()), new StreamPipeReaderOptions(bufferSize: 16, minimumReadSize: 1));
        foreach (var title in new[] { null, "", "Ünï - cödé" })
        {
            var frame = await NodeFrames.ReadAsync(input, new SegmentBuffer(), default);
            Assert.Equal((title, Chunk.Duration, Chunk.Format, 16_000), (frame!.Chunk!.Title, frame.Chunk.Duration, frame.Chunk.Format, frame.BytesPerSecond));
            Assert.Equal(Chunk.Bytes.ToArray(), frame.Chunk.Bytes.ToArray());
        }
        Assert.Same(NodeFrame.KeepAlive, await NodeFrames.ReadAsync(input, new SegmentBuffer(), default));
        var segment = (await NodeFrames.ReadAsync(input, new SegmentBuffer(), default))!.Segment!;
        Assert.Equal(Segment with { Bytes = null! }, segment with { Bytes = null! });
        Assert.Equal(Segment.Bytes.ToArray(), segment.Bytes.ToArray());
        Assert.Null(await NodeFrames.ReadAsync(input, new SegmentBuffer(), default));
    }

    [Fact]
    public async Task Invalid_frames_are_rejected_without_waiting_for_more()
    {
        var output = new ArrayBufferWriter<byte>();
        NodeFrames.Write(output, NodeFrame.From(Chunk with { Title = "title" }, 16_000));
        NodeFrames.Write(output, NodeFrame.From(Segment));
        var good = output.WrittenSpan.ToArray();
        var random = new Random(20261121);
        for (var i = 0; i < 5_000; i++)
        {
            var bytes = good[..random.Next(good.Length + 1)];
            for (var flips = random.Next(4); flips > 0 && bytes.Length > 0; flips--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var input = PipeReader.Create(new MemoryStream(bytes));
            try
            {
                while (await NodeFrames.ReadAsync(input, new SegmentBuffer(), default) is not null)
                {
                }
            }
            catch (InvalidDataException)
            {
                // Any other exception would be a bug in the reader.
            }
        }
    }
}
