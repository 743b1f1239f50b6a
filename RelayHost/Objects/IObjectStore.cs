namespace AudioOrleans.RelayHost.Objects;

/// <summary>
/// Where files are kept: a folder, or a bucket. Objects are written whole and never changed in place: readers see the old one or the
/// new one. What was put is on disk, or acknowledged by the server, when the call returns.
/// </summary>
/// <remarks>
/// Keys are paths without a leading slash, such as <c>uploads/audio/…/original.mp3</c>, of letters, digits and <c>-_./</c>; each other
/// key throws <see cref="ArgumentException"/>. A store that is down, full or refuses us throws <see cref="ObjectStoreUnavailableException"/>.
/// </remarks>
public interface IObjectStore
{
    /// <summary>Puts an object, read from the stream to its end, in memory that does not grow with it.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">Its bytes. If reading them throws, nothing is kept and the exception passes.</param>
    /// <param name="contentType">Its media type, for stores that serve objects themselves.</param>
    /// <param name="condition">When to put it.</param>
    /// <param name="cancellationToken">Ends it; nothing is kept then.</param>
    /// <returns>The object; null when the condition does not hold.</returns>
    Task<ObjectInfo?> PutAsync(string key, Stream content, string contentType, PutCondition condition = default, CancellationToken cancellationToken = default);

    /// <summary>
    /// Puts a small object that can be made again, over any that is there: many of them at once, which are safe from a crash only after
    /// <see cref="FlushAsync"/>.
    /// </summary>
    /// <param name="key">Its key.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="contentType">Its media type.</param>
    /// <param name="cancellationToken">Ends it; the object may be there or not.</param>
    Task PutSoonAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken = default);

    /// <summary>Returns when what <see cref="PutSoonAsync"/> has put so far is safe from a crash.</summary>
    Task FlushAsync(CancellationToken cancellationToken = default);

    /// <summary>What is known of an object; null when there is none.</summary>
    Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Opens an object, or a part of it, for reading; null when there is none.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="offset">Where to begin, in bytes; at the object's end and beyond it nothing is left to read.</param>
    /// <param name="length">How many bytes at most; null for all the rest.</param>
    /// <param name="cancellationToken">Ends the opening, not the reading.</param>
    Task<ObjectContent?> OpenAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes an object a file as well, without copying it, for programs that read files; nobody may write to that file. False where the
    /// store cannot, or there is no such object: then it is to be read.
    /// </summary>
    /// <param name="key">The object.</param>
    /// <param name="path">The file, which must not exist.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<bool> TryLinkAsync(string key, string path, CancellationToken cancellationToken = default);

    /// <summary>All objects whose keys begin with the prefix, in the order of their keys by ordinal comparison.</summary>
    IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>Deletes an object; one that is not there is no error.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Deletes all objects whose keys begin with the prefix, which must end with a slash.</summary>
    /// <returns>How many there were.</returns>
    Task<int> DeleteAllAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>An address at which anybody may read the object for a while; null for stores that have no address of their own.</summary>
    /// <param name="key">The object.</param>
    /// <param name="lifetime">How long, from a second to seven days.</param>
    Task<Uri?> PresignAsync(string key, TimeSpan lifetime);

    /// <summary>Removes what interrupted puts have left behind, if it is older than that.</summary>
    Task SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken = default);

    /// <summary>Whether the store can be used now, asked as cheaply as it can be told.</summary>
    /// <exception cref="ObjectStoreUnavailableException">It cannot; the message says why.</exception>
    Task CheckAsync(CancellationToken cancellationToken = default);
}
