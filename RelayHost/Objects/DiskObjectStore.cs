using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>
/// Stores objects as files below a folder, each at the path given by its key. An object is written elsewhere, flushed to disk and then renamed into
/// place: readers never see a partial object, even after a crash.
/// </summary>
/// <remarks>
/// <para>Each file gets a modification time that no other put of this process has used: together with the length it is the object's ETag.</para>
/// <para>Several processes may share the folder: <see cref="PutCondition.IfAbsent"/> also holds among them, because the file system decides.</para>
/// <para>If there is an object <c>a/b</c>, there can be neither <c>a</c> nor <c>a/b/c</c>: such a put throws <see cref="ArgumentException"/>.</para>
/// </remarks>
public sealed class DiskObjectStore : IObjectStore
{
    private const int BufferSize = 128 * 1024;
    private readonly DiskTree _tree;
    private readonly TimeProvider _time;
    // One lock per key, some keys sharing one: every change of a key's object holds it.
    private readonly Lock[] _locks = [.. Enumerable.Range(0, 64).Select(_ => new Lock())];
    private long _lastStamp;

    /// <summary>Creates a store in a folder, which is created on first use.</summary>
    public DiskObjectStore(string folder, TimeProvider time)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _tree = new DiskTree(folder);
        _time = time;
    }

    /// <inheritdoc/>
    public async Task<ObjectInfo?> PutAsync(
        string key, Stream content, string contentType, PutCondition condition = default, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        var incoming = _tree.NewIncoming();
        try
        {
            // Opened exclusively: a sweep detects by this that the file is still being written.
            using var file = _tree.Do(() => File.OpenHandle(incoming, FileMode.CreateNew, FileAccess.Write, FileShare.None));
            var length = await FillAsync(file, content, cancellationToken);
            return await Task.Run(() => _tree.Do(() => Place(incoming, Seal(file, key, length, isDurable: true), condition, isDurable: true)), cancellationToken);
        }
        finally
        {
            Remove(incoming);
        }
    }

    /// <inheritdoc/>
    public Task PutSoonAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        return Task.Run(() => _tree.Do(() => PutSoon(key, content.Span)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task FlushAsync(CancellationToken cancellationToken = default) => Task.Run(() => _tree.Do(_tree.SyncAll), cancellationToken);

    /// <inheritdoc/>
    public Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        return Task.Run(() => _tree.Do(() => _tree.Describe(key)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ObjectContent?> OpenAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        ObjectArguments.CheckRange(offset, length);
        return Task.Run(() => _tree.Do(() => Open(key, offset, length)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> TryLinkAsync(string key, string path, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        // Fails when the file is on another file system, or the object has reached the maximum number of hard links.
        return Task.Run(() => _tree.Do(() => DurableFolder.Link(_tree.PathOf(key), path) == 0), cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ObjectKey.CheckPrefix(prefix);
        return WalkAsync(prefix, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        return Task.Run(() => _tree.Do(() => Delete(key)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> DeleteAllAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ObjectKey.CheckFolder(prefix);
        return Task.Run(() => _tree.Do(() => DeleteAll(prefix, cancellationToken)), cancellationToken);
    }

    /// <summary>Null: files have no URLs.</summary>
    public Task<Uri?> PresignAsync(string key, TimeSpan lifetime)
    {
        ObjectKey.Check(key);
        ObjectArguments.CheckLifetime(lifetime);
        return Task.FromResult<Uri?>(null);
    }

    /// <inheritdoc/>
    public Task SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        var newest = _time.GetUtcNow().UtcDateTime - olderThan;
        return Task.Run(() => _tree.Do(() => Sweep(newest, cancellationToken)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken = default) => Task.Run(
        () => _tree.Do(() => File.OpenHandle(_tree.NewIncoming(), FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose)).Dispose(),
        cancellationToken);

    private async Task<long> FillAsync(SafeFileHandle file, Stream content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var length = 0L;
            for (int read; (read = await content.ReadAtLeastAsync(buffer.AsMemory(0, BufferSize), BufferSize, throwOnEndOfStream: false, cancellationToken)) > 0;)
            {
                await WriteAsync(file, buffer.AsMemory(0, read), length, cancellationToken);
                length += read;
            }
            return length;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task WriteAsync(SafeFileHandle file, ReadOnlyMemory<byte> bytes, long offset, CancellationToken cancellationToken)
    {
        try
        {
            await RandomAccess.WriteAsync(file, bytes, offset, cancellationToken);
        }
        catch (Exception exception) when (DiskTree.IsOfDisk(exception))
        {
            throw _tree.Unavailable(exception);
        }
    }

    private bool PutSoon(string key, ReadOnlySpan<byte> content)
    {
        var incoming = _tree.NewIncoming();
        try
        {
            using var file = File.OpenHandle(incoming, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            RandomAccess.Write(file, content, 0);
            Place(incoming, Seal(file, key, content.Length, isDurable: false), default, isDurable: false);
            return true;
        }
        catch
        {
            Remove(incoming);
            throw;
        }
    }

    private ObjectInfo Seal(SafeFileHandle file, string key, long length, bool isDurable)
    {
        var stamp = NextStamp();
        File.SetLastWriteTimeUtc(file, stamp);
        if (isDurable)
            RandomAccess.FlushToDisk(file);
        return DiskTree.Info(key, length, stamp);
    }

    // The file system's own clock ticks only every few milliseconds, so two puts could get the same time.
    private DateTime NextStamp()
    {
        while (true)
        {
            var last = Interlocked.Read(ref _lastStamp);
            var next = Math.Max(last + 1, _time.GetUtcNow().UtcTicks);
            if (Interlocked.CompareExchange(ref _lastStamp, next, last) == last)
                return new DateTime(next, DateTimeKind.Utc);
        }
    }

    private ObjectInfo? Place(string incoming, ObjectInfo info, PutCondition condition, bool isDurable)
    {
        var path = _tree.PathOf(info.Key);
        lock (LockOf(info.Key))
        {
            if (!Enter(incoming, path, condition.IfAbsent))
                return null;
        }
        if (isDurable)
            _tree.Sync(DiskTree.FolderOf(path));
        return info;
    }

    /// <summary>Moves the file into place. False if the place is taken and must not be replaced.</summary>
    private bool Enter(string incoming, string path, bool ifAbsent)
    {
        // A concurrent delete may remove an emptied folder directly after we have created it.
        for (var attempt = 1; ; attempt++)
        {
            var error = _tree.MakeFolder(DiskTree.FolderOf(path));
            if (error == 0 && Directory.Exists(path) && !_tree.RemoveFolder(path))
                error = DurableFolder.IsFolder;
            if (error == 0)
                error = ifAbsent ? DurableFolder.Link(incoming, path) : DurableFolder.Rename(incoming, path);
            switch (error)
            {
                case 0:
                    return true;
                case DurableFolder.Exists when ifAbsent:
                    return false;
                case DurableFolder.NoEntry when attempt < 100 && File.Exists(incoming):
                    continue;
                case DurableFolder.NoFolder or DurableFolder.IsFolder:
                    throw new ArgumentException("The key is the folder of other objects, or one of its folders is an object.");
                default:
                    throw DurableFolder.ErrorOf(error);
            }
        }
    }

    private ObjectContent? Open(string key, long offset, long? length)
    {
        var path = _tree.PathOf(key);
        if (!File.Exists(path))
        {
            _tree.EnsureAbsent(path);
            return null;
        }
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null; // Deleted in the meantime.
        }
        var info = DiskTree.Info(key, RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
        var from = Math.Min(offset, info.Length);
        var to = from + Math.Min(length ?? long.MaxValue, info.Length - from);
        return new ObjectContent(info, new FileRangeStream(file, from, to, _tree.Unavailable));
    }

    private async IAsyncEnumerable<ObjectInfo> WalkAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var slash = prefix.LastIndexOf('/') + 1;
        // Folders still to be read, the next on top: only one at a time is read.
        var ahead = new Stack<string>(await ReadAsync(prefix[..slash], prefix[slash..]));
        while (ahead.TryPop(out var next))
        {
            if (!next.EndsWith('/'))
            {
                if (_tree.Do(() => _tree.Describe(next)) is { } info)
                    yield return info;
                continue;
            }
            foreach (var key in await ReadAsync(next, ""))
                ahead.Push(key);
        }

        Task<List<string>> ReadAsync(string folder, string beginning) => Task.Run(() => _tree.Do(() => _tree.Read(folder, beginning)), cancellationToken);
    }

    private bool Delete(string key)
    {
        if (!Unlink(key))
            return false;
        _tree.RemoveEmptied(DiskTree.FolderOf(_tree.PathOf(key)));
        return true;
    }

    private int DeleteAll(string prefix, CancellationToken cancellationToken)
    {
        var count = Empty(prefix, cancellationToken);
        _tree.RemoveEmptied(_tree.PathOf(prefix[..^1]));
        return count;
    }

    private int Empty(string folder, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var key in _tree.Read(folder, ""))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (key.EndsWith('/'))
                count += Empty(key, cancellationToken);
            else if (Unlink(key))
                count++;
        }
        _tree.RemoveFolder(_tree.PathOf(folder));
        return count;
    }

    private bool Unlink(string key)
    {
        var path = _tree.PathOf(key);
        lock (LockOf(key))
        {
            if (File.Exists(path))
            {
                File.Delete(path);
                return true;
            }
        }
        _tree.EnsureAbsent(path);
        return false;
    }

    private bool Sweep(DateTime newest, CancellationToken cancellationToken)
    {
        foreach (var file in _tree.Unfinished())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (File.GetLastWriteTimeUtc(file) <= newest && IsAbandoned(file))
                Remove(file);
        }
        return true;
    }

    // A running writer holds the lock that .NET takes on a file opened exclusively; the kernel releases the lock of a dead process.
    private static bool IsAbandoned(string file)
    {
        try
        {
            File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception exception) when (DiskTree.IsOfDisk(exception))
        {
            // The next sweep retries.
        }
    }

    private Lock LockOf(string key) => _locks[(uint)string.GetHashCode(key, StringComparison.Ordinal) % (uint)_locks.Length];
}
