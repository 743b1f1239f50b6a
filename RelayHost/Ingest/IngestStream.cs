using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.RelayHost.Ingest;

/// <summary>The bytes of a file that were already read, then the rest of it, up to the maximum size.</summary>
internal sealed class IngestStream(ReadOnlyMemory<byte> head, Stream rest, long maxBytes) : ForwardStream
{
    private ReadOnlyMemory<byte> _head = head;
    private long _count;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        if (_head.Length > 0)
        {
            read = Math.Min(_head.Length, buffer.Length);
            _head[..read].CopyTo(buffer);
            _head = _head[read..];
        }
        else
            read = await rest.ReadAsync(buffer, cancellationToken);
        _count += read;
        return _count <= maxBytes ? read : throw new FileTooLargeException(maxBytes);
    }
}
