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
