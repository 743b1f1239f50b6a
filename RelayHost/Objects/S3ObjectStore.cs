using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using AudioOrleans.Configuration;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>Stores objects in a bucket of any S3-compatible server.</summary>
/// <remarks>
/// <para>An object of up to 16 MiB is one request, and the server enforces its condition. A longer one is sent in parts. Not all servers enforce
/// conditions when the parts are joined (Ceph's radosgw 16 does not, Amazon's does), so we also check just before: exact among the long puts of one
/// process, while another put may fall between the check and the joining.</para>
/// <para>If a server falls silent while it stores an object, the put fails although the object may appear a moment later.</para>
/// <para>A sweep cannot distinguish a running put from a killed one: sweep only what is older than any put may take.</para>
/// </remarks>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    /// <summary>How long the server may be silent before it counts as down.</summary>
    internal static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(10);

    private const int PageSize = 1000;
    private readonly S3Bucket _bucket;
    private readonly S3Put _put;
    private readonly string _prefix;
    private readonly string _spoolFolder;
    private readonly TimeProvider _time;

    /// <summary>Creates a store in a bucket; sends no request yet.</summary>
    /// <param name="options">The bucket.</param>
    /// <param name="spoolFolder">Where content is spooled before it is sent, at most 16 MiB per put; created when needed.</param>
    /// <param name="time">The clock.</param>
    public S3ObjectStore(S3StoreOptions options, string spoolFolder, TimeProvider time)
        : this(options, spoolFolder, time, DefaultTimeout)
    {
    }

    internal S3ObjectStore(S3StoreOptions options, string spoolFolder, TimeProvider time, TimeSpan patience)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(spoolFolder);
        (_prefix, _spoolFolder, _time) = (options.Validate().KeyPrefix, spoolFolder, time);
        _bucket = new S3Bucket(options, time, patience);
        _put = new S3Put(_bucket);
    }

    /// <inheritdoc/>
    public async Task<ObjectInfo?> PutAsync(
        string key, Stream content, string contentType, PutCondition condition = default, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        using var spool = await S3Spool.StartAsync(_spoolFolder, content, cancellationToken);
        return InfoOf(key, await _put.RunAsync(PathOf(key), spool, contentType, condition, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        return InfoOf(key, await _bucket.FindAsync(PathOf(key), cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<ObjectContent?> OpenAsync(string key, long offset = 0, long? length = null, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        ObjectArguments.CheckRange(offset, length);
        try
        {
            if (length == 0)
                return await OpenNothingAsync(key, cancellationToken);
            var end = length > long.MaxValue - offset ? null : offset + length - 1;
            var response = await _bucket.OpenAsync(PathOf(key), offset, end, cancellationToken);
            return new ObjectContent(InfoOf(key, S3Found.From(response))!, new S3Content(await response.Content.ReadAsStreamAsync(cancellationToken), response, _bucket));
        }
        catch (S3RefusedException refusal)
        {
            return refusal.Status == HttpStatusCode.NotFound ? null : await OpenNothingAsync(key, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task PutSoonAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        return _put.RunAsync(PathOf(key), content, contentType, cancellationToken);
    }

    /// <summary>Does nothing: acknowledged objects are already safe.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <summary>False: objects in a bucket are not files.</summary>
    public Task<bool> TryLinkAsync(string key, string path, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        return Task.FromResult(false);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ObjectKey.CheckPrefix(prefix);
        return ReadListAsync(prefix, cancellationToken);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        return _bucket.DeleteAsync(PathOf(key), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> DeleteAllAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ObjectKey.CheckFolder(prefix);
        var count = 0;
        await foreach (var batch in ReadListAsync(prefix, cancellationToken).Chunk(PageSize).WithCancellation(cancellationToken))
        {
            await _bucket.DeleteAllAsync([.. batch.Select(info => PathOf(info.Key))], cancellationToken);
            count += batch.Length;
        }
        return count;
    }

    /// <inheritdoc/>
    public async Task<Uri?> PresignAsync(string key, TimeSpan lifetime)
    {
        ObjectKey.Check(key);
        ObjectArguments.CheckLifetime(lifetime);
        return await _bucket.PresignAsync(PathOf(key), lifetime);
    }

    /// <inheritdoc/>
    public async Task SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        var newest = _time.GetUtcNow() - olderThan;
        await foreach (var upload in _bucket.ListUploadsAsync(_prefix, cancellationToken))
        {
            if (DateTimeOffset.Parse(upload.Initiated, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal) <= newest)
                await _bucket.AbortAsync(upload.Key, upload.UploadId, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task CheckAsync(CancellationToken cancellationToken = default) => _bucket.CheckAsync(cancellationToken);

    /// <summary>Closes its connections.</summary>
    public void Dispose()
    {
        _put.Dispose();
        _bucket.Dispose();
    }

    private string PathOf(string key) => _prefix + key;

    private static ObjectInfo? InfoOf(string key, S3Found? found) => found is null ? null : new ObjectInfo(key, found.Length, found.ETag, found.ModifiedAt);

    private async Task<ObjectContent?> OpenNothingAsync(string key, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is { } info ? new ObjectContent(info, new S3Content(Stream.Null, Stream.Null, _bucket)) : null;

    private async IAsyncEnumerable<ObjectInfo> ReadListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (path, found) in _bucket.ListAsync(PathOf(prefix), cancellationToken))
        {
            // A name that cannot be a key is not ours.
            var key = path[_prefix.Length..];
            if (ObjectKey.IsKey(key))
                yield return InfoOf(key, found)!;
        }
    }
}
