using System.Buffers;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.Progressive;

/// <summary>Writes audio for one listener that requested ICY metadata: a block after every <paramref name="interval"/> audio bytes.</summary>
public sealed class IcyInterleaver(int interval)
{
    private static readonly byte[] Unchanged = [0];

    private readonly int _interval = interval;
    private int _untilMetadata = interval;
    private string? _sentTitle;

    /// <summary>
    /// Returns the metadata interval for a stream of this rate: a quarter of a second, so that a new title is never later than that, and at least
    /// 1,024 bytes, so that the length bytes stay below 0.1 %.
    /// </summary>
    public static int IntervalFor(int bytesPerSecond) => Math.Clamp(bytesPerSecond / 4, 1024, 16_000);

    /// <summary>Writes the chunk, with metadata where it is due.</summary>
    public void Write(IBufferWriter<byte> output, AudioChunk chunk)
    {
        var bytes = chunk.Bytes.Span;
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(_untilMetadata, bytes.Length);
            output.Write(bytes[..count]);
            bytes = bytes[count..];
            _untilMetadata -= count;
            if (_untilMetadata > 0)
                continue;
            output.Write(NextBlock(chunk.Title));
            _untilMetadata = _interval;
        }
    }

    private byte[] NextBlock(string? title)
    {
        if (title is null || title == _sentTitle)
            return Unchanged;
        _sentTitle = title;
        return StreamTitle.ToBlock(title);
    }
}
