using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Keeps copies of states, so that one that was changed but not written is not there after a restart of the grain.</summary>
internal sealed class MemoryGrainStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string State, GrainId Grain), (object? State, string ETag)> _records = new();
    private long _version;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var exists = _records.TryGetValue((stateName, grainId), out var record);
        grainState.State = exists ? (T?)DeepCopy.Of(record.State) : default;
        grainState.ETag = exists ? record.ETag : null;
        grainState.RecordExists = exists;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        var next = (DeepCopy.Of(grainState.State), Interlocked.Increment(ref _version).ToString(CultureInfo.InvariantCulture));
        var exists = _records.TryGetValue(key, out var record);
        Check(key, exists ? record.ETag : null, grainState.ETag);
        if (!(exists ? _records.TryUpdate(key, next, record) : _records.TryAdd(key, next)))
            throw Conflict(key, "a newer one", grainState.ETag);
        grainState.ETag = next.Item2;
        grainState.RecordExists = true;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        if (_records.TryGetValue(key, out var record))
        {
            Check(key, record.ETag, grainState.ETag);
            _records.TryRemove(new(key, record));
        }

        grainState.State = default;
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    private static void Check((string, GrainId) key, string? stored, string? current)
    {
        if (stored != current)
            throw Conflict(key, stored, current);
    }

    private static InconsistentStateException Conflict((string State, GrainId Grain) key, string? stored, string? current) =>
        new($"The state '{key.State}' of {key.Grain} has etag {stored ?? "none"}, not {current ?? "none"}.", stored, current);
}
