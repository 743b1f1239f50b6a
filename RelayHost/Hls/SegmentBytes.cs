using System.Buffers;

namespace AudioOrleans.RelayHost.Hls;

/// <summary>
/// The bytes of a live segment. The memory is reused after the playlist has released it, so readers must hold it while they read: <see
/// cref="TryHold"/>, <see cref="CopyTo"/>, <see cref="Release"/>. A holder that never releases costs a garbage collection and nothing else.
/// </summary>
public sealed class SegmentBytes
{
    private readonly byte[][] _blocks;
    private readonly SegmentBlocks? _pool;
    private int _holders = 1; // The playlist is the first.
    private int _isLetGo;

    /// <summary>Creates a segment with memory of its own.</summary>
    public SegmentBytes(byte[] bytes)
    {
        (_blocks, Length) = ([bytes], bytes.Length);
    }

    /// <summary>Creates a segment in borrowed blocks.</summary>
    /// <param name="blocks">The blocks; only the last may be partly filled.</param>
    /// <param name="length">The number of bytes in them.</param>
    /// <param name="pool">The pool that the blocks return to when nobody reads them any more.</param>
    internal SegmentBytes(byte[][] blocks, int length, SegmentBlocks pool) => (_blocks, Length, _pool) = (blocks, length, pool);

    /// <summary>The size in bytes.</summary>
    public int Length { get; }

    /// <summary>Keeps the bytes valid until <see cref="Release"/>. False: the playlist has already released them, and they are gone.</summary>
    public bool TryHold()
    {
        for (var holders = Volatile.Read(ref _holders); holders > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _holders, holders + 1, holders);
            if (seen == holders)
                return true;
            holders = seen;
        }
        return false;
    }

    /// <summary>Ends the hold acquired with <see cref="TryHold"/>.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            _pool?.Return(_blocks);
    }

    /// <summary>Copies all bytes; the caller must hold the segment.</summary>
    public void CopyTo(IBufferWriter<byte> output)
    {
        var left = Length;
        output.GetSpan(Length); // One buffer for all: a server sends it with fewer calls and pins than one in pieces of its own size.
        foreach (var block in _blocks)
        {
            output.Write(block.AsSpan(0, Math.Min(left, block.Length)));
            left -= block.Length;
        }
    }

    /// <summary>Returns a copy.</summary>
    /// <exception cref="ObjectDisposedException">The playlist has released it.</exception>
    public byte[] ToArray()
    {
        ObjectDisposedException.ThrowIf(!TryHold(), this);
        try
        {
            var copy = new ArrayBufferWriter<byte>(Math.Max(Length, 1));
            CopyTo(copy);
            return copy.WrittenSpan.ToArray();
        }
        finally
        {
            Release();
        }
    }

    /// <summary>Drops the playlist's hold. Idempotent.</summary>
    internal void LetGo()
    {
        if (Interlocked.Exchange(ref _isLetGo, 1) == 0)
            Release();
    }
}

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
            throw new InvalidOperationException($"A block has no room for {sizeHint} contiguous bytes.");
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

/// <summary>
/// Reusable memory blocks for live segments. A segment in an array of its own is on .NET's large object heap: collected late, and of a size that
/// fragments it.
/// </summary>
internal sealed class SegmentBlocks
{
    /// <summary>21 transport packets: no packet spans two blocks, and little of a segment's last block stays unused.</summary>
    public const int BlockSize = 21 * 188;

    /// <summary>16 MiB: more than streams release before they need it again. Blocks beyond that become garbage.</summary>
    private const int MostFree = 16 * 1024 * 1024 / BlockSize;

    private readonly Stack<byte[]> _free = new();

    /// <summary>The pool of all streams of the process.</summary>
    public static SegmentBlocks Shared { get; } = new();

    /// <summary>Returns a block with its old contents.</summary>
    public byte[] Take()
    {
        lock (_free)
        {
            if (_free.TryPop(out var block))
                return block;
        }
        // Pinned objects live in a heap of their own. In the normal heap, blocks would make the oldest generation look large, and .NET lets garbage
        // grow to four fifths of that size before it collects it.
        return GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);
    }

    /// <summary>Returns blocks that have no readers any more.</summary>
    public void Return(ReadOnlySpan<byte[]> blocks)
    {
        lock (_free)
        {
            foreach (var block in blocks[..Math.Min(blocks.Length, MostFree - _free.Count)])
                _free.Push(block);
        }
    }
}
