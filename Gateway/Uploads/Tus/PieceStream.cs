using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Uploads.Tus;

/// <summary>
/// A piece of a request body, stored and counted on its own: it ends when it is long enough, some time after its first byte, or with the body.
/// With a checksum it is the whole body, because a part of that cannot be verified.
/// </summary>
/// <param name="body">The body to read.</param>
/// <param name="room">How many bytes the upload still expects.</param>
/// <param name="patience">The time after its first byte at which it ends.</param>
/// <param name="checksum">The expected hash of the whole body; null for none.</param>
/// <param name="time">The clock.</param>
internal sealed class PieceStream(TusBody body, long room, TimeSpan patience, PartChecksum? checksum, TimeProvider time) : ForwardStream
{
    /// <summary>The length at which it ends, in bytes, not counting the excess of a single read.</summary>
    public const long LongEnough = 8 * 1024 * 1024;

    private long? _start;
    private bool _isOver;

    /// <summary>The number of bytes received.</summary>
    public long Count { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isOver || (checksum is null && Count >= LongEnough && Count < room))
            return 0;
        // At the end of the file the body must end too: further bytes are an error.
        var read = await body.ReadAsync(buffer, checksum is null ? Left() : TimeSpan.MaxValue);
        _isOver = read == 0;
        _start ??= time.GetTimestamp();
        Count += read;
        checksum?.Append(buffer.Span[..read]);
        return Count <= room ? read : throw new FileTooLargeException(room);
    }

    private TimeSpan Left() => _start is { } start ? patience - time.GetElapsedTime(start) : patience;
}
