using Audio.Orleans.RelayHost.Intake;
using Audio.Orleans.RelayHost.Objects;

namespace Audio.Orleans.Gateway.Uploads.Tus;

/// <summary>
/// The body of a PATCH. When the sender goes away in the middle it ends, so that what came is kept; with a checksum it fails instead,
/// since part of it cannot be checked.
/// </summary>
internal sealed class PartStream(Stream body, long room, PartChecksum? checksum) : ForwardStream
{
    private long _count;

    /// <summary>How many bytes came.</summary>
    public long Count => _count;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            // Never cancelled: what came before the sender went away is still to be read then, and the body ends by itself.
            read = await body.ReadAsync(buffer, CancellationToken.None);
        }
        catch (Exception exception) when (checksum is null && exception is IOException or OperationCanceledException)
        {
            return 0;
        }
        _count += read;
        checksum?.Append(buffer.Span[..read]);
        return _count <= room ? read : throw new FileTooLargeException(room);
    }
}
