using System.Buffers;

namespace AudioOrleans.RelayHost.Hls;

/// <summary>
/// What a live segment is sent as. Its memory is used again once the playlist has let go of it, so whoever reads it holds it meanwhile:
/// <see cref="TryHold"/>, <see cref="CopyTo"/>, <see cref="Release"/>. A holder that never releases costs a garbage collection, nothing else.
/// </summary>
public sealed class SegmentBytes
{
    private readonly byte[][] _blocks;
    private readonly SegmentBlocks? _pool;
    private int _holders = 1; // The playlist is the first.
    private int _isLetGo;

    /// <summary>A segment whose memory is its own.</summary>
    public SegmentBytes(byte[] bytes)
    {
        (_blocks, Length) = ([bytes], bytes.Length);
    }

    /// <summary>A segment in borrowed blocks.</summary>
    /// <param name="blocks">The blocks; only the last may be filled in part.</param>
    /// <param name="length">How many bytes are in them.</param>
    /// <param name="pool">Gets them back when nobody reads them any more.</param>
    internal SegmentBytes(byte[][] blocks, int length, SegmentBlocks pool) => (_blocks, Length, _pool) = (blocks, length, pool);

    /// <summary>How many bytes it has.</summary>
    public int Length { get; }

    /// <summary>Keeps the bytes as they are until <see cref="Release"/>. False: the playlist has let go of them, and they are gone.</summary>
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

    /// <summary>Ends what <see cref="TryHold"/> began.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) == 0)
            _pool?.Return(_blocks);
    }

    /// <summary>Copies all of it; for those who hold it.</summary>
    public void CopyTo(IBufferWriter<byte> output)
    {
        var left = Length;
        foreach (var block in _blocks)
        {
            output.Write(block.AsSpan(0, Math.Min(left, block.Length)));
            left -= block.Length;
        }
    }

    /// <summary>A copy.</summary>
    /// <exception cref="ObjectDisposedException">The playlist has let go of it.</exception>
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

    /// <summary>The playlist needs it no more. Once is enough, and more than once is no harm.</summary>
    internal void LetGo()
    {
        if (Interlocked.Exchange(ref _isLetGo, 1) == 0)
            Release();
    }
}
