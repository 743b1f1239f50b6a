namespace AudioOrleans.Grains.Tests.Storage;

/// <summary>A state in memory, for a grain that is tested without a silo.</summary>
internal sealed class MemoryState<T> : IPersistentState<T>
    where T : new()
{
    public T State { get; set; } = new();

    public string? Etag => null;

    public bool RecordExists { get; private set; }

    /// <summary>How often it was written.</summary>
    public int Writes { get; private set; }

    public Task ReadStateAsync() => Task.CompletedTask;

    public Task WriteStateAsync()
    {
        (RecordExists, Writes) = (true, Writes + 1);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync()
    {
        (State, RecordExists) = (new(), false);
        return Task.CompletedTask;
    }
}
