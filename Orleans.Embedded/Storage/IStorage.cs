namespace Orleans.Core;

/// <summary>One state of a grain and where it is kept.</summary>
public interface IStorage
{
    /// <summary>The version that was last read or written.</summary>
    string? Etag { get; }

    /// <summary>True when the storage holds a record.</summary>
    bool RecordExists { get; }

    /// <summary>Removes the record.</summary>
    Task ClearStateAsync();

    /// <summary>Writes the record.</summary>
    Task WriteStateAsync();

    /// <summary>Reads the record.</summary>
    Task ReadStateAsync();

    /// <summary>Removes the record.</summary>
    Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

    /// <summary>Writes the record.</summary>
    Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

    /// <summary>Reads the record.</summary>
    Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
}

/// <inheritdoc/>
public interface IStorage<TState> : IStorage
{
    /// <summary>The state.</summary>
    TState State { get; set; }
}
