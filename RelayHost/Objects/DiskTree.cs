using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Enumeration;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>The folders and files of a <see cref="DiskObjectStore"/>: maps keys to files, lists them, and removes empty folders.</summary>
internal sealed class DiskTree
{
    private const int MostDurable = 10_000;

    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = false };
    private readonly string _root;
    private readonly string _incoming;
    // Folders whose entries are on disk, including those of their parents: a put into one needs to flush only that folder.
    private readonly ConcurrentDictionary<string, bool> _durable = new();
    private volatile bool _isPrepared;

    public DiskTree(string root)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _incoming = Path.Combine(_root, ObjectKey.Incoming);
    }

    /// <summary>Runs a disk operation and translates its exceptions.</summary>
    /// <exception cref="ObjectStoreUnavailableException">The disk failed.</exception>
    public T Do<T>(Func<T> action)
    {
        try
        {
            Prepare();
            return action();
        }
        catch (Exception exception) when (IsOfDisk(exception))
        {
            throw Unavailable(exception);
        }
    }

    /// <summary>Whether an exception comes from the disk.</summary>
    public static bool IsOfDisk(Exception exception) => exception is UnauthorizedAccessException or (IOException and not ObjectStoreUnavailableException);

    /// <summary>Creates the exception that replaces a disk exception.</summary>
    public ObjectStoreUnavailableException Unavailable(Exception exception) => new(
        exception switch
        {
            { HResult: DurableFolder.NoSpace or DurableFolder.NoQuota } => $"The disk of the object store is full: {_root}.",
            { HResult: DurableFolder.ReadOnly } => $"The object store is mounted read-only: {_root}.",
            UnauthorizedAccessException => $"The user {Environment.UserName} may not use the object store: {exception.Message}",
            DirectoryNotFoundException => $"The folder of the object store is missing or is not the same as at the start: {_root}. Is it mounted?",
            _ => $"The object store {_root} failed: {exception.Message}",
        },
        exception);

    /// <summary>The file or folder of a key.</summary>
    public string PathOf(string key) => Path.Combine(_root, key);

    /// <summary>The parent folder of a file or folder.</summary>
    public static string FolderOf(string path) => Path.GetDirectoryName(path)!;

    /// <summary>A new name for an object that is still incomplete.</summary>
    public string NewIncoming() => Path.Combine(_incoming, Guid.NewGuid().ToString("N"));

    /// <summary>All incomplete objects.</summary>
    public IEnumerable<string> Unfinished() => Directory.EnumerateFiles(_incoming);

    /// <summary>Returns the metadata of the object in a file; null when there is none.</summary>
    public ObjectInfo? Describe(string key)
    {
        var file = new FileInfo(PathOf(key));
        if (file.Exists)
            return Info(key, file.Length, file.LastWriteTimeUtc);
        EnsureAbsent(file.FullName);
        return null;
    }

    /// <summary>Builds the metadata of an object from its file's length and time.</summary>
    public static ObjectInfo Info(string key, long length, DateTime time) =>
        new(key, length, string.Create(CultureInfo.InvariantCulture, $"{time.Ticks:x}-{length:x}"), new DateTimeOffset(time, TimeSpan.Zero));

    /// <summary>Returns if nothing exists at that path; throws if access is denied, or the store itself is missing.</summary>
    public void EnsureAbsent(string path)
    {
        try
        {
            File.GetAttributes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // The folder for incomplete objects always exists: without it, this is not our folder but an unmounted mount point.
            if (!Directory.Exists(_incoming))
                throw new DirectoryNotFoundException(_incoming);
        }
    }

    /// <summary>The keys of a folder's entries in reverse order; those of folders end with a slash, as in the keys of their objects.</summary>
    /// <param name="folder">The folder's key with its slash; empty for the root.</param>
    /// <param name="beginning">The prefix of the names.</param>
    public List<string> Read(string folder, string beginning)
    {
        try
        {
            // A name that cannot be a key is not ours: lost+found, or a file put there by hand.
            List<string> keys =
            [
                .. new FileSystemEnumerable<string>(
                    PathOf(folder), (ref FileSystemEntry entry) => $"{folder}{entry.FileName}{(entry.IsDirectory ? "/" : "")}", All)
                {
                    ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                        ObjectKey.IsSegment(entry.FileName) && entry.FileName.StartsWith(beginning, StringComparison.Ordinal)
                        && (folder.Length > 0 || !entry.FileName.StartsWith(ObjectKey.Incoming, StringComparison.Ordinal)),
                },
            ];
            keys.Sort((one, other) => string.CompareOrdinal(other, one));
            return keys;
        }
        catch (IOException exception) when (exception is DirectoryNotFoundException || exception.HResult == DurableFolder.NoFolder)
        {
            EnsureAbsent(PathOf(folder));
            return [];
        }
    }

    /// <summary>Creates a folder and its parents. Returns zero, or the error number.</summary>
    public int MakeFolder(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                return 0;
            _durable.TryRemove(folder, out _);
            Directory.CreateDirectory(folder);
            return 0;
        }
        catch (IOException) when (AncestorsOf(folder).Any(File.Exists))
        {
            return DurableFolder.NoFolder;
        }
        catch (IOException exception) when (exception is DirectoryNotFoundException or FileNotFoundException || exception.HResult == DurableFolder.Exists)
        {
            return DurableFolder.NoEntry; // It or a parent existed, and disappeared while .NET checked its type or created the next one.
        }
    }

    /// <summary>Removes a folder if it is empty; otherwise returns false.</summary>
    public bool RemoveFolder(string folder)
    {
        _durable.TryRemove(folder, out _);
        try
        {
            // Linux's rmdir keeps a folder that has been filled in the meantime.
            Directory.Delete(folder);
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Removes a folder and its parents as long as they are empty.</summary>
    public void RemoveEmptied(string folder)
    {
        while (folder != _root && RemoveFolder(folder))
            folder = FolderOf(folder);
        DurableFolder.Sync(folder);
    }

    /// <summary>Flushes the entries of all folders down to this one to disk.</summary>
    public void Sync(string folder)
    {
        if (_durable.ContainsKey(folder))
        {
            DurableFolder.Sync(folder);
            return;
        }
        // From the root: another put may have just created one of these folders without having flushed it yet.
        DurableFolder.Sync(_root);
        foreach (var each in AncestorsOf(folder))
            DurableFolder.Sync(each);
        if (_durable.Count >= MostDurable)
            _durable.Clear();
        _durable[folder] = true;
    }

    /// <summary>Flushes everything written to the store to disk.</summary>
    public bool SyncAll()
    {
        DurableFolder.SyncFileSystem(_root);
        return true;
    }

    // The folder itself and its parents, without the root.
    private IEnumerable<string> AncestorsOf(string folder)
    {
        for (var each = folder; each != _root; each = FolderOf(each))
            yield return each;
    }

    // Only once: a root that disappears later must not be recreated in place of its mount point.
    private void Prepare()
    {
        if (_isPrepared)
            return;
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(_root, Owner);
        Directory.CreateDirectory(_incoming, Owner);
        DurableFolder.Sync(_root);
        DurableFolder.Sync(FolderOf(_root));
        _isPrepared = true;
    }
}
