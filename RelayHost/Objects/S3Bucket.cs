using System.Net;
using System.Runtime.CompilerServices;
using Minio;
using Minio.DataModel;
using Minio.DataModel.Args;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>
/// A bucket: Minio's client queries, lists and deletes; content is transferred through presigned URLs. Failures are thrown as <see
/// cref="ObjectStoreUnavailableException"/>, unless the caller expects that status.
/// </summary>
internal sealed class S3Bucket : IDisposable
{
    /// <summary>The metadata that identifies the put that created an object.</summary>
    public const string Mark = "x-amz-meta-put";

    private static readonly HttpStatusCode[] Refusals = [HttpStatusCode.NotFound, HttpStatusCode.PreconditionFailed];
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);
    private readonly S3Handler _handler;
    private readonly HttpClient _bytes;
    private readonly HttpClient _questions;
    private readonly IMinioClient _minio;
    private readonly S3Aws _aws;
    private readonly S3Addresses _addresses;
    private readonly string _bucket;
    private readonly string _name;

    /// <param name="options">The bucket.</param>
    /// <param name="time">The clock.</param>
    /// <param name="patience">How long the server may be silent.</param>
    public S3Bucket(S3StoreOptions options, TimeProvider time, TimeSpan patience)
    {
        (_bucket, _name, Timeout, Time) = (options.Bucket, $"{options.Endpoint.TrimEnd('/')}/{options.Bucket}", patience, time);
        _handler = new S3Handler(patience, time, new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = patience / 2,
            PooledConnectionLifetime = ConnectionLifetime,
        });
        _bytes = new HttpClient(_handler, disposeHandler: false) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        _questions = new HttpClient(_handler, disposeHandler: false);
        _minio = new MinioClient().WithEndpoint(new Uri(options.Endpoint)).WithSSL(options.IsSecure).WithRegion(options.Region)
            .WithCredentials(options.AccessKey, options.SecretKey).WithHttpClient(_questions).Build();
        _aws = new S3Aws(options, _questions, time);
        _addresses = new S3Addresses(_minio, _aws, _bucket, time);
    }

    /// <summary>How long the server may be silent.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Calls the server.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="expected">Expected status codes besides success.</param>
    /// <exception cref="S3RefusedException">The server responded with one of the expected status codes.</exception>
    /// <exception cref="ObjectStoreUnavailableException">The server is down, silent, or denies access.</exception>
    public async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken, params HttpStatusCode[] expected)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (exception is not S3RefusedException { Code: not S3RefusedException.NoSuchBucket } refusal || !expected.Contains(refusal.Status))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Unavailable(exception);
        }
    }

    /// <summary>Creates the exception for one thrown by a call, or while reading its response.</summary>
    public ObjectStoreUnavailableException Unavailable(Exception exception) => exception as ObjectStoreUnavailableException ?? new(
        exception switch
        {
            OperationCanceledException => $"The object store {_name} does not answer.",
            S3RefusedException { Code: S3RefusedException.NoSuchBucket } => $"The object store {_name} does not exist: its server has no such bucket.",
            S3RefusedException { Code: "QuotaExceeded" } or S3RefusedException { Status: HttpStatusCode.InsufficientStorage } => $"The object store {_name} is full.",
            S3RefusedException { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } refusal =>
                $"The object store {_name} refused access with {refusal.Code}: check the keys and their permissions for the bucket.",
            S3RefusedException refusal => $"The object store {_name} answered {refusal.Message}.",
            _ => $"The object store {_name} cannot be reached: {exception.GetBaseException().Message}",
        },
        exception);

    /// <summary>Completes if the bucket exists and we have access.</summary>
    public async Task CheckAsync(CancellationToken cancellationToken)
    {
        var args = new BucketExistsArgs().WithBucket(_bucket);
        await CallAsync(() => _minio.BucketExistsAsync(args, cancellationToken), cancellationToken);
    }

    /// <summary>Returns an object's metadata; null when there is none.</summary>
    public async Task<S3Found?> FindAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (path.Length > S3Addresses.LongestName)
            {
                using var head = new HttpRequestMessage(HttpMethod.Head, _addresses.Of(HttpMethod.Head, path));
                using var response = await SendAsync(head, cancellationToken, HttpStatusCode.NotFound);
                return S3Found.From(response);
            }
            var args = new StatObjectArgs().WithBucket(_bucket).WithObject(path);
            return S3Found.From(await CallAsync(() => _minio.StatObjectAsync(args, cancellationToken), cancellationToken, HttpStatusCode.NotFound));
        }
        catch (S3RefusedException)
        {
            return null;
        }
    }

    /// <summary>Opens an object from an offset to an inclusive end; null for the object's own end. Dispose the result.</summary>
    /// <exception cref="S3RefusedException">There is no such object (404), or nothing at that offset (416).</exception>
    public async Task<HttpResponseMessage> OpenAsync(string path, long offset, long? end, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, await _addresses.OfGetAsync(path));
        if (offset > 0 || end is not null)
            request.Headers.Range = new(offset, end);
        return await SendAsync(request, cancellationToken, HttpStatusCode.NotFound, HttpStatusCode.RequestedRangeNotSatisfiable);
    }

    /// <summary>Puts an object in one request; returns its tag.</summary>
    /// <param name="path">The object.</param>
    /// <param name="content">Its bytes and media type.</param>
    /// <param name="condition">When to put it.</param>
    /// <param name="mark">Identifies the put.</param>
    /// <param name="cancellationToken">Cancels the put.</param>
    /// <exception cref="S3RefusedException">The condition is not met (412).</exception>
    public async Task<string> PutAsync(string path, HttpContent content, PutCondition condition, string mark, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, await _addresses.OfPutAsync(path, new() { [Mark] = mark })) { Content = content };
        if (condition.IfAbsent)
            request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        // A server that refuses should do so before the content is sent.
        request.Headers.ExpectContinue = condition.IfAbsent;
        using var response = await SendAsync(request, cancellationToken, Refusals);
        return S3Found.TagOf(response);
    }

    /// <summary>Starts a multipart upload; returns its id.</summary>
    public Task<string> StartAsync(string path, string contentType, string mark, CancellationToken cancellationToken) =>
        CallAsync(() => _aws.StartAsync(path, contentType, mark, cancellationToken), cancellationToken);

    /// <summary>Puts a part of an object; returns its tag.</summary>
    public async Task<string> PutPartAsync(string path, string upload, int number, HttpContent content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, _addresses.OfPart(path, upload, number)) { Content = content };
        using var response = await SendAsync(request, cancellationToken);
        return S3Found.TagOf(response);
    }

    /// <summary>Completes an object from its parts, in the order of their tags; returns the object's own tag.</summary>
    /// <exception cref="S3RefusedException">The condition is not met, or the upload no longer exists (404, 412).</exception>
    public Task<string> JoinAsync(string path, string upload, IEnumerable<string> tags, PutCondition condition, CancellationToken cancellationToken) =>
        CallAsync(() => _aws.JoinAsync(path, upload, tags, condition, cancellationToken), cancellationToken, Refusals);

    /// <summary>Aborts an upload and discards its parts. A missing upload is not an error.</summary>
    public Task AbortAsync(string path, string upload, CancellationToken cancellationToken) =>
        IgnoreMissingAsync(() => _aws.AbortAsync(path, upload, cancellationToken), cancellationToken);

    /// <summary>Lists the objects whose names start with the prefix, in order.</summary>
    public async IAsyncEnumerable<(string Path, S3Found Found)> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var args = new ListObjectsArgs().WithBucket(_bucket).WithPrefix(prefix).WithRecursive(true);
        await foreach (var item in EachAsync(_minio.ListObjectsEnumAsync(args, cancellationToken), cancellationToken))
            yield return (item.Key, new S3Found((long)item.Size, item.ETag, S3Found.Utc(item.LastModifiedDateTime), null));
    }

    /// <summary>Lists the unfinished multipart uploads of objects whose names start with the prefix.</summary>
    public IAsyncEnumerable<Upload> ListUploadsAsync(string prefix, CancellationToken cancellationToken) => EachAsync(
        _minio.ListIncompleteUploadsEnumAsync(new ListIncompleteUploadsArgs().WithBucket(_bucket).WithPrefix(prefix).WithRecursive(true), cancellationToken), cancellationToken);

    /// <summary>Deletes an object; a missing one is not an error.</summary>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) => IgnoreMissingAsync(
        async () =>
        {
            if (path.Length <= S3Addresses.LongestName)
            {
                await _minio.RemoveObjectAsync(new RemoveObjectArgs().WithBucket(_bucket).WithObject(path), cancellationToken);
                return true;
            }
            using var request = new HttpRequestMessage(HttpMethod.Delete, _addresses.Of(HttpMethod.Delete, path));
            using var response = await _bytes.SendAsync(request, cancellationToken);
            return true;
        },
        cancellationToken);

    /// <summary>Deletes objects, at most 1,000; missing ones are not an error.</summary>
    public async Task DeleteAllAsync(IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        foreach (var path in paths.Where(path => path.Length > S3Addresses.LongestName))
            await DeleteAsync(path, cancellationToken);
        if (paths.Where(path => path.Length <= S3Addresses.LongestName).ToList() is not { Count: > 0 } names)
            return;
        var args = new RemoveObjectsArgs().WithBucket(_bucket).WithObjects(names);
        if (await CallAsync(() => _minio.RemoveObjectsAsync(args, cancellationToken), cancellationToken) is { Count: > 0 } errors)
            throw new ObjectStoreUnavailableException($"The object store {_name} did not delete {errors[0].Key}: {errors[0].Code}.");
    }

    /// <summary>Creates a URL for reading an object with this lifetime.</summary>
    public Task<Uri> PresignAsync(string path, TimeSpan lifetime) => _addresses.OfGetAsync(path, lifetime);

    public void Dispose()
    {
        _addresses.Dispose();
        _aws.Dispose();
        _minio.Dispose();
        _questions.Dispose();
        _bytes.Dispose();
        _handler.Dispose();
    }

    private Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken, params HttpStatusCode[] expected) =>
        CallAsync(() => _bytes.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken), cancellationToken, expected);

    private async Task IgnoreMissingAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync(call, cancellationToken, HttpStatusCode.NotFound);
        }
        catch (S3RefusedException)
        {
            // Another caller was first.
        }
    }

    private async IAsyncEnumerable<T> EachAsync<T>(IAsyncEnumerable<T> all, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var each = all.GetAsyncEnumerator(cancellationToken);
        var next = () => each.MoveNextAsync().AsTask();
        while (await CallAsync(next, cancellationToken))
            yield return each.Current;
    }
}

/// <summary>Metadata of an object in a bucket.</summary>
/// <param name="Length">In bytes.</param>
/// <param name="ETag">Without quotes.</param>
/// <param name="ModifiedAt">To the second: lists contain fractions that headers do not.</param>
/// <param name="Mark">Identifies the put that created it; null when unknown.</param>
internal sealed record S3Found(long Length, string ETag, DateTimeOffset ModifiedAt, string? Mark)
{
    /// <summary>Reads the headers of a response.</summary>
    public static S3Found From(HttpResponseMessage response)
    {
        var headers = response.Content.Headers;
        return new(
            headers.ContentRange?.Length ?? headers.ContentLength ?? 0,
            TagOf(response),
            headers.LastModified ?? DateTimeOffset.UnixEpoch,
            response.Headers.TryGetValues(S3Bucket.Mark, out var operations) ? operations.First() : null);
    }

    /// <summary>Converts the metadata from Minio's client.</summary>
    public static S3Found From(ObjectStat stat) => new(stat.Size, stat.ETag, Utc(stat.LastModified), stat.MetaData.GetValueOrDefault(S3Bucket.Mark["x-amz-meta-".Length..]));

    /// <summary>The tag in a response.</summary>
    public static string TagOf(HttpResponseMessage response) => response.Headers.TryGetValues("ETag", out var tags) ? tags.First().Trim('"') : "";

    /// <summary>Converts a time from Minio's client.</summary>
    public static DateTimeOffset Utc(DateTime? time) =>
        DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(time?.ToUniversalTime() ?? DateTime.UnixEpoch).ToUnixTimeSeconds());
}
