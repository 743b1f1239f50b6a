namespace AudioOrleans.RelayHost.Objects;

/// <summary>
/// Stores files in a folder or a bucket. Objects are written whole and never changed in place: readers see the old object or the new one. When a put
/// returns, the object is on disk, or acknowledged by the server.
/// </summary>
/// <remarks>
/// Keys are paths without a leading slash, such as <c>uploads/audio/…/original.mp3</c>, of letters, digits and <c>-_./</c>; any other key throws <see
/// cref="ArgumentException"/>. A store that is down, full or denies access throws <see cref="ObjectStoreUnavailableException"/>.
/// </remarks>
public interface IObjectStore
{
    /// <summary>Puts an object, read from the stream to its end, with constant memory.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">Its bytes. If reading them throws, nothing is stored and the exception propagates.</param>
    /// <param name="contentType">Its media type, for stores that serve objects themselves.</param>
    /// <param name="condition">When to put it.</param>
    /// <param name="cancellationToken">Cancels the put; nothing is stored then.</param>
    /// <returns>The object; null when the condition is not met.</returns>
    Task<ObjectInfo?> PutAsync(string key, Stream content, string contentType, PutCondition condition = default, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts a small object that can be recreated, replacing any existing one. For many puts in parallel; they are safe from a crash only after <see
    /// cref="FlushAsync"/>.
    /// </summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="cancellationToken">Cancels the put; the object may or may not be stored then.</param>
    Task PutSoonAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken = default);

    /// <summary>Completes when everything that <see cref="PutSoonAsync"/> has put so far is safe from a crash.</summary>
    Task FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>Returns an object's metadata; null when there is none.</summary>
    Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Opens an object, or a range of it, for reading; null when there is none.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="offset">Start of the range, in bytes; at or beyond the object's end the content is empty.</param>
    /// <param name="length">Maximum number of bytes; null for the rest.</param>
    /// <param name="cancellationToken">Cancels the opening, not the reading.</param>
    Task<ObjectContent?> OpenAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Links an object to a file without copying, for programs that read files; nobody may write to that file. False if the store cannot do this, or
    /// there is no such object: then the caller must read the object instead.
    /// </summary>
    /// <param name="key">The object.</param>
    /// <param name="path">The file, which must not exist.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    Task<bool> TryLinkAsync(string key, string path, CancellationToken cancellationToken = default);

    /// <summary>Lists all objects whose keys start with the prefix, ordered by key with ordinal comparison.</summary>
    IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Deletes an object; a missing one is not an error.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Deletes all objects whose keys start with the prefix, which must end with a slash.</summary>
    /// <returns>The number of deleted objects.</returns>
    Task<int> DeleteAllAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Creates a URL at which anybody can read the object for a limited time; null for stores without URLs.</summary>
    /// <param name="key">The object.</param>
    /// <param name="lifetime">The URL's lifetime, from a second to seven days.</param>
    Task<Uri?> PresignAsync(string key, TimeSpan lifetime);

    /// <summary>Removes leftovers of interrupted puts that are older than the given age.</summary>
    Task SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken = default);

    /// <summary>Checks, as cheaply as possible, whether the store can be used now.</summary>
    /// <exception cref="ObjectStoreUnavailableException">It cannot be used; the message says why.</exception>
    Task CheckAsync(CancellationToken cancellationToken = default);
}

/// <summary>An object's metadata.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">In bytes.</param>
/// <param name="ETag">Identifies these bytes under this key; without quotes.</param>
/// <param name="ModifiedAt">When it was put, UTC, with a precision of a second or better.</param>
public sealed record ObjectInfo(string Key, long Length, string ETag, DateTimeOffset ModifiedAt);

/// <summary>An object opened for reading. Dispose it when done.</summary>
/// <param name="info">The whole object.</param>
/// <param name="content">The requested bytes.</param>
public sealed class ObjectContent(ObjectInfo info, Stream content) : IAsyncDisposable
{
    /// <summary>The whole object's metadata, even when a range is read.</summary>
    public ObjectInfo Info => info;

    /// <summary>The requested bytes; not seekable.</summary>
    public Stream Content => content;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => content.DisposeAsync();
}

/// <summary>The condition of a put. The default: always.</summary>
/// <param name="IfAbsent">Only if there is no such object (RFC 9110, section 13.1.2: <c>If-None-Match: *</c>).</param>
public readonly record struct PutCondition(bool IfAbsent = false)
{
    /// <summary>Only if there is no such object yet.</summary>
    public static PutCondition Absent { get; } = new(IfAbsent: true);
}

/// <summary>The store cannot be used now: it is down, full, or denies access. A later retry may succeed.</summary>
public sealed class ObjectStoreUnavailableException : IOException
{
    /// <summary>Creates the exception without a cause.</summary>
    public ObjectStoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public ObjectStoreUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>Validates arguments in the same way for all stores.</summary>
internal static class ObjectArguments
{
    /// <summary>The maximum lifetime of a URL that S3 signs.</summary>
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(7);

    /// <exception cref="ArgumentOutOfRangeException">A value is negative.</exception>
    public static void CheckRange(long offset, long? length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
    }

    /// <exception cref="ArgumentOutOfRangeException">It is shorter than a second or longer than seven days.</exception>
    public static void CheckLifetime(TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, LongestLifetime);
    }
}
