using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>Where files are kept while they are processed. Section <c>Work</c>.</summary>
/// <param name="Folder">Needs space for the files of all workers at once, up to three times the size of each.</param>
public sealed record WorkOptions(string Folder);

/// <summary>A temporary folder for one task, deleted with all its contents.</summary>
public sealed class WorkFolder : IDisposable
{
    private readonly string _path;

    /// <summary>Creates the folder.</summary>
    public WorkFolder(WorkOptions options)
    {
        _path = Path.Combine(options.Folder, Guid.CreateVersion7().ToString("N"));
        Directory.CreateDirectory(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The full path of a file in the folder.</summary>
    public string this[string name] => Path.Combine(_path, name);

    /// <summary>Fetches an object into the folder, for reading only.</summary>
    /// <exception cref="UnusableAudioException">The object does not exist.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The store is down.</exception>
    public async Task<string> FetchAsync(IObjectStore store, string key, string name, CancellationToken cancellationToken)
    {
        var path = this[name];
        if (await store.TryLinkAsync(key, path, cancellationToken))
            return path;
        await using var found = await store.OpenAsync(key, cancellationToken: cancellationToken) ?? throw new UnusableAudioException("The file no longer exists.");
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0, FileOptions.Asynchronous);
        await found.Content.CopyToAsync(file, cancellationToken);
        return path;
    }

    /// <summary>Removes leftovers of killed tasks.</summary>
    public static void Sweep(WorkOptions options, TimeSpan olderThan, TimeProvider time)
    {
        if (!Directory.Exists(options.Folder))
            return;
        var limit = time.GetUtcNow().UtcDateTime - olderThan;
        foreach (var folder in new DirectoryInfo(options.Folder).EnumerateDirectories().Where(folder => folder.LastWriteTimeUtc < limit))
            folder.Delete(recursive: true);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_path, recursive: true);
}
