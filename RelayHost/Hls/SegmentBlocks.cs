namespace AudioOrleans.RelayHost.Hls;

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
