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
