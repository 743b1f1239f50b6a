using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Audio.Orleans.RelayHost.Objects;

/// <summary>Objects in a bucket of any server that speaks S3.</summary>
/// <remarks>
/// <para>Up to 16 MiB an object is one request, and a condition on it is the server's to keep. A longer one is sent in parts. Not all
/// servers keep conditions when the parts are joined (Ceph's radosgw 16 does not, Amazon's does); so we look just before, too:
/// exact among the long puts of one process, while another put may fall between that look and the joining.</para>
/// <para>When a server falls silent just as it is to keep an object, the put fails although the object may be there a moment later.</para>
/// <para>Sweeping cannot tell a put that goes on from one that was killed: sweep what is older than any put may last.</para>
/// </remarks>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    /// <summary>How long the server may keep silent before it counts as down.</summary>
    internal static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(10);

    private const int PageSize = 1000;
    private readonly AmazonS3Client _client;
    private readonly S3Caller _caller;
    private readonly S3Put _put;
    private readonly S3StoreOptions _options;
    private readonly string _spoolFolder;
    private readonly TimeProvider _time;
    private volatile bool _hasBucket;

    /// <summary>A store in a bucket; nothing is asked of its server yet.</summary>
    /// <param name="options">The bucket.</param>
    /// <param name="spoolFolder">Where content waits on its way there, at most 16 MiB for each put; made when needed.</param>
    /// <param name="time">The clock.</param>
    public S3ObjectStore(S3StoreOptions options, string spoolFolder, TimeProvider time)
        : this(options, spoolFolder, time, DefaultPatience)
    {
    }

    internal S3ObjectStore(S3StoreOptions options, string spoolFolder, TimeProvider time, TimeSpan patience)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(spoolFolder);
        (_options, _spoolFolder, _time) = (options.Validate(), spoolFolder, time);
        _client = new AmazonS3Client(
            new BasicAWSCredentials(options.AccessKey, options.SecretKey),
            new AmazonS3Config
            {
                ServiceURL = options.Endpoint,
                AuthenticationRegion = options.Region,
                ForcePathStyle = true,
                // Checksums of Amazon's own that other servers refuse; each request is signed with that of its body anyway.
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
                RetryMode = RequestRetryMode.Standard,
                MaxErrorRetry = 2,
                ConnectTimeout = patience / 2,
                // The caller's patience counts, which an upload renews while it gets on.
                Timeout = Timeout.InfiniteTimeSpan,
            });
        _caller = new S3Caller($"{options.Endpoint.TrimEnd('/')}/{options.Bucket}", patience, time);
        _put = new S3Put(_client, _caller, options.Bucket);
    }

    /// <inheritdoc/>
    public async Task<ObjectInfo?> PutAsync(
        string key, Stream content, string contentType, PutCondition condition = default, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        ArgumentNullException.ThrowIfNull(content);
        using var spool = await S3Spool.StartAsync(_spoolFolder, content, cancellationToken);
        var put = await _put.RunAsync(PathOf(key), spool, contentType, condition, cancellationToken);
        return put is null ? null : new ObjectInfo(key, put.Length, put.ETag, put.ModifiedAt);
    }

    /// <inheritdoc/>
    public async Task<ObjectInfo?> FindAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        try
        {
            var request = new GetObjectMetadataRequest { BucketName = _options.Bucket, Key = PathOf(key) };
            var head = await _caller.CallAsync(late => _client.GetObjectMetadataAsync(request, late.Token), cancellationToken, HttpStatusCode.NotFound);
            return new ObjectInfo(key, head.ContentLength, S3Put.Unquoted(head.ETag), S3Put.Utc(head.LastModified));
        }
        catch (AmazonS3Exception)
        {
            await EnsureBucketAsync(cancellationToken);
            return null;
        }
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
            var request = new GetObjectRequest { BucketName = _options.Bucket, Key = PathOf(key) };
            if (offset > 0 || length is not null)
                request.ByteRange = new ByteRange(offset, length is null || length > long.MaxValue - offset ? long.MaxValue - 1 : offset + length.Value - 1);
            var response = await _caller.CallAsync(
                late => _client.GetObjectAsync(request, late.Token), cancellationToken, HttpStatusCode.NotFound, HttpStatusCode.RequestedRangeNotSatisfiable);
            return new ObjectContent(Info(key, response), new S3Content(response.ResponseStream, response, _caller));
        }
        catch (AmazonS3Exception exception) when (exception.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            return await OpenNothingAsync(key, cancellationToken);
        }
        catch (AmazonS3Exception)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task PutSoonAsync(string key, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken = default)
    {
        using var bytes = new MemoryStream(content.ToArray(), writable: false);
        await PutAsync(key, bytes, contentType, default, cancellationToken);
    }

    /// <summary>Nothing is left to do: what the server has acknowledged is safe.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <summary>False: objects in a bucket are no files.</summary>
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
        return IgnoreMissingAsync(late => _client.DeleteObjectAsync(_options.Bucket, PathOf(key), late.Token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> DeleteAllAsync(string prefix, CancellationToken cancellationToken = default)
    {
        ObjectKey.CheckFolder(prefix);
        var count = 0;
        await foreach (var batch in ReadListAsync(prefix, cancellationToken).Chunk(PageSize).WithCancellation(cancellationToken))
        {
            var request = new DeleteObjectsRequest
            {
                BucketName = _options.Bucket,
                Quiet = true,
                Objects = [.. batch.Select(info => new KeyVersion { Key = PathOf(info.Key) })],
            };
            await _caller.CallAsync(
                late =>
                {
                    late.CancelAfter(_caller.LongPatience);
                    return _client.DeleteObjectsAsync(request, late.Token);
                },
                cancellationToken);
            count += batch.Length;
        }
        return count;
    }

    /// <inheritdoc/>
    public Uri? Presign(string key, TimeSpan lifetime)
    {
        ObjectKey.Check(key);
        ObjectArguments.CheckLifetime(lifetime);
        return new Uri(_client.GetPreSignedURL(new GetPreSignedUrlRequest
        {
            BucketName = _options.Bucket,
            Key = PathOf(key),
            Verb = HttpVerb.GET,
            Expires = _time.GetUtcNow().UtcDateTime + lifetime,
            Protocol = _options.Endpoint.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? Protocol.HTTPS : Protocol.HTTP,
        }));
    }

    /// <inheritdoc/>
    public async Task SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        var newest = _time.GetUtcNow() - olderThan;
        var request = new ListMultipartUploadsRequest { BucketName = _options.Bucket, Prefix = _options.KeyPrefix };
        for (var isMore = true; isMore;)
        {
            var page = await _caller.CallAsync(late => _client.ListMultipartUploadsAsync(request, late.Token), cancellationToken);
            foreach (var upload in page.MultipartUploads ?? [])
            {
                if (S3Put.Utc(upload.Initiated) <= newest)
                    await IgnoreMissingAsync(late => _client.AbortMultipartUploadAsync(_options.Bucket, upload.Key, upload.UploadId, late.Token), cancellationToken);
            }
            (request.KeyMarker, request.UploadIdMarker, isMore) = (page.NextKeyMarker, page.NextUploadIdMarker, page.IsTruncated == true);
        }
    }

    /// <inheritdoc/>
    public async Task CheckAsync(CancellationToken cancellationToken = default)
    {
        var request = new HeadBucketRequest { BucketName = _options.Bucket };
        try
        {
            await _caller.CallAsync(late => _client.HeadBucketAsync(request, late.Token), cancellationToken, HttpStatusCode.NotFound);
            _hasBucket = true;
        }
        catch (AmazonS3Exception exception)
        {
            throw _caller.NoBucket(exception);
        }
    }

    /// <summary>Ends its connections.</summary>
    public void Dispose()
    {
        _put.Dispose();
        _client.Dispose();
    }

    private string PathOf(string key) => _options.KeyPrefix + key;

    // An answer to HEAD has no body: no object and no bucket look the same. Once it was seen there, it is.
    private Task EnsureBucketAsync(CancellationToken cancellationToken) => _hasBucket ? Task.CompletedTask : CheckAsync(cancellationToken);

    private async Task<ObjectContent?> OpenNothingAsync(string key, CancellationToken cancellationToken) =>
        await FindAsync(key, cancellationToken) is { } info ? new ObjectContent(info, new S3Content(Stream.Null, Stream.Null, _caller)) : null;

    private static ObjectInfo Info(string key, GetObjectResponse response)
    {
        // "bytes 4-9/10": what is after the slash is the whole.
        var range = response.ContentRange;
        var length = string.IsNullOrEmpty(range) ? response.ContentLength : long.Parse(range.AsSpan(range.LastIndexOf('/') + 1), System.Globalization.CultureInfo.InvariantCulture);
        return new ObjectInfo(key, length, S3Put.Unquoted(response.ETag), S3Put.Utc(response.LastModified));
    }

    private async IAsyncEnumerable<ObjectInfo> ReadListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = _options.Bucket, Prefix = PathOf(prefix), MaxKeys = PageSize };
        for (var isMore = true; isMore;)
        {
            var page = await _caller.CallAsync(late => _client.ListObjectsV2Async(request, late.Token), cancellationToken);
            foreach (var found in page.S3Objects ?? [])
            {
                // What cannot be a key is not ours.
                var key = found.Key[_options.KeyPrefix.Length..];
                if (ObjectKey.IsKey(key))
                    yield return new ObjectInfo(key, found.Size ?? 0, S3Put.Unquoted(found.ETag), S3Put.Utc(found.LastModified));
            }
            (request.ContinuationToken, isMore) = (page.NextContinuationToken, page.IsTruncated == true);
        }
    }

    private async Task IgnoreMissingAsync<T>(Func<CancellationTokenSource, Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            await _caller.CallAsync(call, cancellationToken, HttpStatusCode.NotFound);
        }
        catch (AmazonS3Exception)
        {
            // Somebody else was first.
        }
    }
}
