using System.Net;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>
/// Puts objects into a bucket: one that fits into a part in a single request, a longer one in parts, which are all discarded unless it is complete.
/// </summary>
/// <remarks>
/// Each put marks its object. If the server has stored it, but the response was lost and the request repeated, the mark shows which put it was.
/// </remarks>
internal sealed class S3Put(S3Bucket bucket) : IDisposable
{
    private readonly SemaphoreSlim[] _locks = [.. Enumerable.Range(0, 64).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Puts the content of the spool.</summary>
    /// <returns>The object; null when the condition is not met.</returns>
    public async Task<S3Found?> RunAsync(string path, S3Spool spool, string contentType, PutCondition condition, CancellationToken cancellationToken)
    {
        var put = new Put(path, contentType, condition);
        return spool.HasMore
            ? await PutPartsAsync(put, spool, cancellationToken)
            : await DoAsync(put, spool.Length, () => SendAsync(put, spool.ToContent(), cancellationToken), cancellationToken);
    }

    /// <summary>Puts content from memory, replacing any existing object.</summary>
    public Task RunAsync(string path, ReadOnlyMemory<byte> content, string contentType, CancellationToken cancellationToken) =>
        SendAsync(new Put(path, contentType, default), new ReadOnlyMemoryContent(content), cancellationToken);

    public void Dispose()
    {
        foreach (var each in _locks)
            each.Dispose();
    }

    private async Task<string> SendAsync(Put put, HttpContent content, CancellationToken cancellationToken)
    {
        using (content)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", put.ContentType);
            return await bucket.PutAsync(put.Path, content, put.Condition, put.Mark, cancellationToken);
        }
    }

    private async Task<S3Found?> PutPartsAsync(Put put, S3Spool spool, CancellationToken cancellationToken)
    {
        var upload = await bucket.StartAsync(put.Path, put.ContentType, put.Mark, cancellationToken);
        S3Found? done = null;
        try
        {
            var tags = new List<string>();
            var length = 0L;
            for (; spool.Length > 0; await spool.NextAsync(cancellationToken))
            {
                using var part = spool.ToContent();
                tags.Add(await bucket.PutPartAsync(put.Path, upload, tags.Count + 1, part, cancellationToken));
                length += spool.Length;
            }
            using var turn = await TakeTurnAsync(put, cancellationToken);
            return done = await HoldsAsync(put, cancellationToken) ? await DoAsync(put, length, () => bucket.JoinAsync(put.Path, upload, tags, put.Condition, cancellationToken), cancellationToken) : null;
        }
        finally
        {
            if (done is null)
                await AbortAsync(put, upload);
        }
    }

    /// <summary>Runs the action that creates the object, and returns the outcome.</summary>
    private async Task<S3Found?> DoAsync(Put put, long length, Func<Task<string>> action, CancellationToken cancellationToken)
    {
        try
        {
            var tag = await action();
            return await AskAsync(put) ?? new S3Found(length, tag, bucket.Time.GetUtcNow(), put.Mark);
        }
        catch (S3RefusedException refusal)
        {
            if (await FindOursAsync(put, cancellationToken) is { } ours)
                return ours;
            return refusal.Status == HttpStatusCode.PreconditionFailed && put.Condition.IfAbsent ? null : throw bucket.Unavailable(refusal);
        }
    }

    // The response to a put contains no time. Even if the object was replaced since, or the server fails now, the put has succeeded.
    private async Task<S3Found?> AskAsync(Put put)
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

    private async Task<S3Found?> FindOursAsync(Put put, CancellationToken cancellationToken) =>
        await bucket.FindAsync(put.Path, cancellationToken) is { } found && found.Mark == put.Mark ? found : null;

    private async Task<bool> HoldsAsync(Put put, CancellationToken cancellationToken)
    {
        return !put.Condition.IfAbsent || await bucket.FindAsync(put.Path, cancellationToken) is null;
    }

    // Also after cancellation: leftover parts of an upload cost money and are invisible.
    private async Task AbortAsync(Put put, string upload)
    {
        try
        {
            await bucket.AbortAsync(put.Path, upload, CancellationToken.None);
        }
        catch (ObjectStoreUnavailableException)
        {
            // A sweep will find it.
        }
    }

    // Puts with conditions join their parts one after another, so that none falls between another's check and its joining.
    private async Task<IDisposable?> TakeTurnAsync(Put put, CancellationToken cancellationToken)
    {
        if (!put.Condition.IfAbsent)
            return null;
        var turn = _locks[(uint)string.GetHashCode(put.Path, StringComparison.Ordinal) % (uint)_locks.Length];
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    private sealed record Put(string Path, string ContentType, PutCondition Condition)
    {
        public string Mark { get; } = Guid.NewGuid().ToString("N");
    }

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
