using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Uploads.Tus;

/// <summary>
/// A piece of what a request brings, to be stored and counted by itself: it ends when it is long enough, a while after its first byte,
/// or with the body. With a checksum it is all of the body, since part of that cannot be checked.
/// </summary>
/// <param name="body">What is read.</param>
/// <param name="room">How many bytes the upload still expects.</param>
/// <param name="patience">How long after its first byte it ends.</param>
/// <param name="checksum">What all of the body must hash to; null for nothing.</param>
/// <param name="time">The clock.</param>
internal sealed class PieceStream(TusBody body, long room, TimeSpan patience, PartChecksum? checksum, TimeProvider time) : ForwardStream
{
    /// <summary>How long it may grow, but for what is read at once.</summary>
    public const long LongEnough = 8 * 1024 * 1024;

    private long? _start;
    private bool _isOver;

    /// <summary>How many bytes came.</summary>
    public long Count { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isOver || (checksum is null && Count >= LongEnough && Count < room))
            return 0;
        // At the end of the file the body is to end too: there must not be more.
        var read = await body.ReadAsync(buffer, checksum is null ? Left() : TimeSpan.MaxValue);
        _isOver = read == 0;
        _start ??= time.GetTimestamp();
        Count += read;
        checksum?.Append(buffer.Span[..read]);
        return Count <= room ? read : throw new FileTooLargeException(room);
    }

    private TimeSpan Left() => _start is { } start ? patience - time.GetElapsedTime(start) : patience;
}
