using Audio.Orleans.RelayHost.Objects;

namespace Audio.Orleans.Gateway.Uploads.Tus;

/// <summary>Objects read one after the other, as one file.</summary>
internal sealed class JoinedParts(IObjectStore store, IEnumerable<string> keys) : Stream
{
    private readonly Queue<string> _keys = new(keys);
    private ObjectContent? _part;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_part is null)
            {
                if (!_keys.TryDequeue(out var key))
                    return 0;
                _part = await store.OpenAsync(key, cancellationToken: cancellationToken) ?? throw new ObjectStoreUnavailableException("The store has lost a part of an upload.");
            }
            var read = await _part.Content.ReadAsync(buffer, cancellationToken);
            if (read > 0)
                return read;
            await _part.DisposeAsync();
            _part = null;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_part is not null)
            await _part.DisposeAsync();
        await base.DisposeAsync();
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Parts are read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
