using System.Buffers;

namespace AudioOrleans.RelayHost.Hls;

/// <summary>Where the segments of one stream are written, one after the other, in blocks of memory that are used again. One writer.</summary>
internal sealed class SegmentBuffer(SegmentBlocks pool) : IBufferWriter<byte>
{
    private const int BlockSize = SegmentBlocks.BlockSize;

    private readonly List<byte[]> _blocks = [];
    private int _used; // Of the last block.

    /// <summary>With the blocks that all streams share.</summary>
    public SegmentBuffer() : this(SegmentBlocks.Shared)
    {
    }

    /// <summary>How many bytes the segment has so far.</summary>
    public int WrittenCount => _blocks.Count == 0 ? 0 : ((_blocks.Count - 1) * BlockSize) + _used;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _blocks.Count == 0 ? 0 : BlockSize - _used);
        _used += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_blocks.Count == 0 || _used == BlockSize)
        {
            _blocks.Add(pool.Take());
            _used = 0;
        }
        // Who writes whole packets and nothing else always has room.
        if (sizeHint > BlockSize - _used)
            throw new InvalidOperationException($"A block has no room for {sizeHint} bytes in one piece.");
        return _blocks[^1].AsMemory(_used);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>What was written, as a segment; what comes is the next one's.</summary>
    public SegmentBytes Finish()
    {
        var segment = new SegmentBytes([.. _blocks], WrittenCount, pool);
        _blocks.Clear();
        return segment;
    }
}
