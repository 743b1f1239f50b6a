namespace AudioOrleans.RelayHost.Objects;

/// <summary>What is known of an object.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Length">In bytes.</param>
/// <param name="ETag">Names these bytes under this key; without quotes.</param>
/// <param name="ModifiedAt">When it was put, UTC, to a second at least.</param>
public sealed record ObjectInfo(string Key, long Length, string ETag, DateTimeOffset ModifiedAt);

/// <summary>An object that is being read. Dispose it when done.</summary>
/// <param name="info">The whole object.</param>
/// <param name="content">The bytes that were asked for.</param>
public sealed class ObjectContent(ObjectInfo info, Stream content) : IAsyncDisposable
{
    /// <summary>The whole object, also where a part is read.</summary>
    public ObjectInfo Info => info;

    /// <summary>The bytes that were asked for; not seekable.</summary>
    public Stream Content => content;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => content.DisposeAsync();
}

/// <summary>When an object is to be put. The default: always.</summary>
/// <param name="IfAbsent">Only where there is none (RFC 9110, section 13.1.2: <c>If-None-Match: *</c>).</param>
public readonly record struct PutCondition(bool IfAbsent = false)
{
    /// <summary>Only where there is none yet.</summary>
    public static PutCondition Absent { get; } = new(IfAbsent: true);
}
