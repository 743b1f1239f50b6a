using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Enumeration;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>The folders and files of a <see cref="DiskObjectStore"/>: where a key's file is, what there is, what goes when it is empty.</summary>
internal sealed class DiskTree
{
    private const int MostDurable = 10_000;

    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = false };
    private readonly string _root;
    private readonly string _incoming;
    // Folders whose names are on disk, those above them too: what is put there needs its own folder brought to disk and no other.
    private readonly ConcurrentDictionary<string, bool> _durable = new();
    private volatile bool _isPrepared;

    public DiskTree(string root)
    {
        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        _incoming = Path.Combine(_root, ObjectKey.Incoming);
    }

    /// <summary>Does something with the disk; in the disk's own exceptions' place comes ours.</summary>
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

    /// <summary>Whether an exception is one of the disk's own.</summary>
    public static bool IsOfDisk(Exception exception) => exception is UnauthorizedAccessException or (IOException and not ObjectStoreUnavailableException);

    /// <summary>What is thrown for one of the disk's exceptions.</summary>
    public ObjectStoreUnavailableException Unavailable(Exception exception) => new(
        exception switch
        {
            { HResult: DurableFolder.NoSpace or DurableFolder.NoQuota } => $"The disk of the object store is full: {_root}.",
            { HResult: DurableFolder.ReadOnly } => $"The object store is mounted read-only: {_root}.",
            UnauthorizedAccessException => $"The object store may not be used by the user {Environment.UserName}: {exception.Message}",
            DirectoryNotFoundException => $"The folder of the object store is missing or not what it was at the start: {_root}. Is it mounted?",
            _ => $"The object store {_root} fails: {exception.Message}",
        },
        exception);

    /// <summary>The file of a key, or its folder.</summary>
    public string PathOf(string key) => Path.Combine(_root, key);

    /// <summary>The folder that holds a file or a folder.</summary>
    public static string FolderOf(string path) => Path.GetDirectoryName(path)!;

    /// <summary>A new name for an object that is not whole yet.</summary>
    public string NewIncoming() => Path.Combine(_incoming, Guid.NewGuid().ToString("N"));

    /// <summary>All objects that are not whole yet.</summary>
    public IEnumerable<string> Unfinished() => Directory.EnumerateFiles(_incoming);

    /// <summary>What is known of the object in a file; null when there is none.</summary>
    public ObjectInfo? Describe(string key)
    {
        var file = new FileInfo(PathOf(key));
        if (file.Exists)
            return Info(key, file.Length, file.LastWriteTimeUtc);
        EnsureAbsent(file.FullName);
        return null;
    }

    /// <summary>What is known of an object whose file has this length and time.</summary>
    public static ObjectInfo Info(string key, long length, DateTime time) =>
        new(key, length, string.Create(CultureInfo.InvariantCulture, $"{time.Ticks:x}-{length:x}"), new DateTimeOffset(time, TimeSpan.Zero));

    /// <summary>Returns where nothing is at that path; throws where we may not look, or where the store itself is gone.</summary>
    public void EnsureAbsent(string path)
    {
        try
        {
            File.GetAttributes(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // The folder of what comes in is always there: without it, this is not our folder but where a disk should be mounted.
            if (!Directory.Exists(_incoming))
                throw new DirectoryNotFoundException(_incoming);
        }
    }

    /// <summary>The keys of what is in a folder, the last first; those of folders end with a slash, as in the keys of what they hold.</summary>
    /// <param name="folder">The folder's key with its slash; empty for the root.</param>
    /// <param name="beginning">How the names begin.</param>
    public List<string> Read(string folder, string beginning)
    {
        try
        {
            // What cannot be a key is not ours: lost+found, or what somebody has put there by hand.
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

    /// <summary>Makes the folders down to one. Zero, or the number of the error.</summary>
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
            return DurableFolder.NoEntry; // It was there, or one above it, and has vanished while .NET looked what it is or was making the next.
        }
    }

    /// <summary>Removes a folder if it is empty. False if it is not.</summary>
    public bool RemoveFolder(string folder)
    {
        _durable.TryRemove(folder, out _);
        try
        {
            // The rmdir of Linux: what was put there meanwhile stays.
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

    /// <summary>Removes a folder, and those above it, as long as they are empty.</summary>
    public void RemoveEmptied(string folder)
    {
        while (folder != _root && RemoveFolder(folder))
            folder = FolderOf(folder);
        DurableFolder.Sync(folder);
    }

    /// <summary>Returns when the names down to a folder are on disk.</summary>
    public void Sync(string folder)
    {
        if (_durable.ContainsKey(folder))
        {
            DurableFolder.Sync(folder);
            return;
        }
        // From the root: another put may have made one of these a moment ago, and not have brought it to disk yet.
        DurableFolder.Sync(_root);
        foreach (var each in AncestorsOf(folder))
            DurableFolder.Sync(each);
        if (_durable.Count >= MostDurable)
            _durable.Clear();
        _durable[folder] = true;
    }

    /// <summary>Returns when all that was written to the store is on disk.</summary>
    public bool SyncAll()
    {
        DurableFolder.SyncFileSystem(_root);
        return true;
    }

    // The folder itself and those above it, without the root.
    private IEnumerable<string> AncestorsOf(string folder)
    {
        for (var each = folder; each != _root; each = FolderOf(each))
            yield return each;
    }

    // Only once: a root that vanishes later must not be made anew where its disk was mounted.
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
