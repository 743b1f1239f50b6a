using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Audio.Orleans.RelayHost.Objects;

/// <summary>Puts objects into a bucket: one that fits into a part as it is, a longer one in parts, of which nothing stays unless it is whole.</summary>
internal sealed class S3Put(AmazonS3Client client, S3Caller caller, string bucket) : IDisposable
{
    // Each put marks its object. When the server has done it, but its answer was lost and the request sent again, that shows whose it is.
    private const string Mark = "x-amz-meta-put";
    private static readonly HttpStatusCode[] Refusals = [HttpStatusCode.NotFound, HttpStatusCode.PreconditionFailed];
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Puts what the spool brings.</summary>
    /// <returns>The object's length, tag and time; null when the condition does not hold.</returns>
    public async Task<ObjectInfo?> RunAsync(string path, S3Spool spool, string contentType, PutCondition condition, CancellationToken cancellationToken)
    {
        var put = new Put(path, contentType, condition, Guid.NewGuid().ToString("N"));
        return spool.HasMore ? await PutPartsAsync(put, spool, cancellationToken) : await PutWholeAsync(put, spool, cancellationToken);
    }

    /// <summary>A tag as we have it: HTTP puts quotes around it.</summary>
    public static string Unquoted(string? tag) => tag?.Trim('"') ?? "";

    /// <summary>A time of the SDK's to the second: lists know fractions that headers do not.</summary>
    public static DateTimeOffset Utc(DateTime? time) =>
        DateTimeOffset.FromUnixTimeSeconds(new DateTimeOffset(time?.ToUniversalTime() ?? DateTime.UnixEpoch).ToUnixTimeSeconds());

    public void Dispose()
    {
        foreach (var each in _locks)
            each.Dispose();
    }

    private Task<ObjectInfo?> PutWholeAsync(Put put, S3Spool spool, CancellationToken cancellationToken) =>
        DoAsync(put, spool.Length, () => SendAsync(put, spool, cancellationToken), cancellationToken);

    private async Task<string> SendAsync(Put put, S3Spool spool, CancellationToken cancellationToken) =>
        (await caller.CallAsync(late => client.PutObjectAsync(WholeOf(put, spool, late), late.Token), cancellationToken, Refusals)).ETag;

    private async Task<ObjectInfo?> PutPartsAsync(Put put, S3Spool spool, CancellationToken cancellationToken)
    {
        var start = new InitiateMultipartUploadRequest { BucketName = bucket, Key = put.Path, ContentType = put.ContentType, Metadata = { [Mark] = put.Id } };
        var upload = (await caller.CallAsync(late => client.InitiateMultipartUploadAsync(start, late.Token), cancellationToken)).UploadId;
        ObjectInfo? done = null;
        try
        {
            var parts = new List<PartETag>();
            var length = 0L;
            for (; spool.Length > 0; await spool.NextAsync(cancellationToken))
            {
                var number = parts.Count + 1;
                var part = await caller.CallAsync(late => client.UploadPartAsync(PartOf(put, upload, number, spool, late), late.Token), cancellationToken);
                parts.Add(new PartETag(number, part.ETag));
                length += spool.Length;
            }
            using var turn = await TakeTurnAsync(put, cancellationToken);
            return done = await HoldsAsync(put, cancellationToken) ? await DoAsync(put, length, () => JoinAsync(put, upload, parts, cancellationToken), cancellationToken) : null;
        }
        finally
        {
            if (done is null)
                await AbortAsync(put, upload);
        }
    }

    private async Task<string> JoinAsync(Put put, string upload, List<PartETag> parts, CancellationToken cancellationToken)
    {
        var request = new CompleteMultipartUploadRequest
        {
            BucketName = bucket,
            Key = put.Path,
            UploadId = upload,
            PartETags = parts,
            IfNoneMatch = put.IfNoneMatch,
            IfMatch = put.Condition.IfMatch,
        };
        var response = await caller.CallAsync(
            late =>
            {
                late.CancelAfter(caller.LongPatience);
                return client.CompleteMultipartUploadAsync(request, late.Token);
            },
            cancellationToken,
            Refusals);
        return response.ETag;
    }

    /// <summary>Does what makes the object be there, and says what has become of it.</summary>
    private async Task<ObjectInfo?> DoAsync(Put put, long length, Func<Task<string>> action, CancellationToken cancellationToken)
    {
        try
        {
            var tag = Unquoted(await action());
            return await AskAsync(put) ?? new ObjectInfo(put.Path, length, tag, caller.Time.GetUtcNow());
        }
        catch (AmazonS3Exception exception)
        {
            if (await FindOursAsync(put, cancellationToken) is { } ours)
                return ours;
            // Where there is nothing to match, Amazon answers 404. An upload that is gone is something else: somebody has swept too early.
            var isRefused = exception.StatusCode == HttpStatusCode.PreconditionFailed
                || (exception.StatusCode == HttpStatusCode.NotFound && put.Condition.IfMatch is not null && exception.ErrorCode != "NoSuchUpload");
            return isRefused && put.Condition != default ? null : throw caller.Unavailable(exception);
        }
    }

    // The answer to a put has no time in it. Where ours was replaced since, or the server fails now, the put has succeeded all the same.
    private async Task<ObjectInfo?> AskAsync(Put put)
    {
        try
        {
            return await FindOursAsync(put, CancellationToken.None);
        }
        catch (ObjectStoreUnavailableException)
        {
            return null;
        }
    }

    private async Task<ObjectInfo?> FindOursAsync(Put put, CancellationToken cancellationToken)
    {
        var head = await HeadAsync(put, cancellationToken);
        return head?.Metadata[Mark] == put.Id ? new ObjectInfo(put.Path, head.ContentLength, Unquoted(head.ETag), Utc(head.LastModified)) : null;
    }

    private async Task<bool> HoldsAsync(Put put, CancellationToken cancellationToken)
    {
        if (put.Condition == default)
            return true;
        var head = await HeadAsync(put, cancellationToken);
        return (!put.Condition.IfAbsent || head is null) && (put.Condition.IfMatch is not { } tag || Unquoted(head?.ETag) == tag);
    }

    private async Task<GetObjectMetadataResponse?> HeadAsync(Put put, CancellationToken cancellationToken)
    {
        try
        {
            var request = new GetObjectMetadataRequest { BucketName = bucket, Key = put.Path };
            return await caller.CallAsync(late => client.GetObjectMetadataAsync(request, late.Token), cancellationToken, HttpStatusCode.NotFound);
        }
        catch (AmazonS3Exception)
        {
            return null;
        }
    }

    // Also when the caller has cancelled: what stays of an upload is paid for and seen by nobody.
    private async Task AbortAsync(Put put, string upload)
    {
        try
        {
            await caller.CallAsync(late => client.AbortMultipartUploadAsync(bucket, put.Path, upload, late.Token), CancellationToken.None);
        }
        catch (ObjectStoreUnavailableException)
        {
            // A sweep finds it.
        }
    }

    private PutObjectRequest WholeOf(Put put, S3Spool spool, CancellationTokenSource late) => new()
    {
        BucketName = bucket,
        Key = put.Path,
        InputStream = spool.OpenRead(() => late.CancelAfter(caller.Patience)),
        ContentType = put.ContentType,
        IfNoneMatch = put.IfNoneMatch,
        // Without quotes: radosgw takes them for a part of the tag, and those who know better take it both ways.
        IfMatch = put.Condition.IfMatch,
        Metadata = { [Mark] = put.Id },
    };

    private UploadPartRequest PartOf(Put put, string upload, int number, S3Spool spool, CancellationTokenSource late) => new()
    {
        BucketName = bucket,
        Key = put.Path,
        UploadId = upload,
        PartNumber = number,
        PartSize = spool.Length,
        InputStream = spool.OpenRead(() => late.CancelAfter(caller.Patience)),
    };

    // Puts with conditions join their parts one after another, so that none falls between another's look and its joining.
    private async Task<IDisposable?> TakeTurnAsync(Put put, CancellationToken cancellationToken)
    {
        if (put.Condition == default)
            return null;
        var turn = _locks[(uint)string.GetHashCode(put.Path, StringComparison.Ordinal) % (uint)_locks.Length];
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    private sealed record Put(string Path, string ContentType, PutCondition Condition, string Id)
    {
        public string? IfNoneMatch => Condition.IfAbsent ? "*" : null;
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
