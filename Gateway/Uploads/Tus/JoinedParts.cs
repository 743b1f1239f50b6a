using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Uploads.Tus;

/// <summary>Reads several objects in order, as one file.</summary>
internal sealed class JoinedParts(IObjectStore store, IEnumerable<string> keys) : ForwardStream
{
    private readonly Queue<string> _keys = new(keys);
    private ObjectContent? _part;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (_part is null)
            {
                if (!_keys.TryDequeue(out var key))
                    return 0;
                _part = await store.OpenAsync(key, cancellationToken: cancellationToken) ?? throw new ObjectStoreUnavailableException("A part of an upload is missing in the store.");
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
}
