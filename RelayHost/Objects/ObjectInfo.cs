namespace AudioOrleans.RelayHost.Objects;

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
