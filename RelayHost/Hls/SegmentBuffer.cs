using System.Buffers;

namespace AudioOrleans.RelayHost.Hls;

/// <summary>Writes the segments of one stream, one after the other, into reusable memory blocks. One writer.</summary>
internal sealed class SegmentBuffer(SegmentBlocks pool) : IBufferWriter<byte>
{
    private const int BlockSize = SegmentBlocks.BlockSize;

    private readonly List<byte[]> _blocks = [];
    private int _used; // In the last block.

    /// <summary>Uses the blocks that all streams share.</summary>
    public SegmentBuffer() : this(SegmentBlocks.Shared)
    {
    }

    /// <summary>The segment's size so far, in bytes.</summary>
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
        // A writer that writes only whole packets always has room.
        if (sizeHint > BlockSize - _used)
            throw new InvalidOperationException($"A block has no room for {sizeHint} bytes in one piece.");
        return _blocks[^1].AsMemory(_used);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Returns the written bytes as a segment; further bytes belong to the next one.</summary>
    public SegmentBytes Finish()
    {
        var segment = new SegmentBytes([.. _blocks], WrittenCount, pool);
        _blocks.Clear();
        return segment;
    }
}
