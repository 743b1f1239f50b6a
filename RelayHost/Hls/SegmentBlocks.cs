namespace AudioOrleans.RelayHost.Hls;

/// <summary>
/// Blocks of memory for live segments, used again and again. A segment in an array of its own is a large object to .NET: collected
/// late, and of a length that leaves holes.
/// </summary>
internal sealed class SegmentBlocks
{
    /// <summary>21 transport packets: no packet lies across two blocks, and little is unused of a segment's last one.</summary>
    public const int BlockSize = 21 * 188;

    /// <summary>16 MiB: more than streams let go of before they need it again. What is beyond that becomes garbage.</summary>
    private const int MostFree = 16 * 1024 * 1024 / BlockSize;

    private readonly Stack<byte[]> _free = new();

    /// <summary>Those of all streams of the process.</summary>
    public static SegmentBlocks Shared { get; } = new();

    /// <summary>A block; what it held before is still in it.</summary>
    public byte[] Take()
    {
        lock (_free)
        {
            if (_free.TryPop(out var block))
                return block;
        }
        // Pinned objects lie apart. Among the others blocks would make the oldest generation look large, and .NET lets garbage grow
        // to four fifths of that before it collects it.
        return GC.AllocateUninitializedArray<byte>(BlockSize, pinned: true);
    }

    /// <summary>Takes blocks back that nobody reads any more.</summary>
    public void Return(ReadOnlySpan<byte[]> blocks)
    {
        lock (_free)
        {
            foreach (var block in blocks[..Math.Min(blocks.Length, MostFree - _free.Count)])
                _free.Push(block);
        }
    }
}
