using System.Net;
using Amazon.S3;

namespace Audio.Orleans.RelayHost.Objects;

/// <summary>Calls a bucket's server, waits for it only so long, and tells what it answers from its being out of order.</summary>
/// <param name="name">The bucket's address, for messages.</param>
/// <param name="patience">How long the server may keep silent.</param>
/// <param name="time">The clock.</param>
internal sealed class S3Caller(string name, TimeSpan patience, TimeProvider time)
{
    private const string NoSuchBucket = "NoSuchBucket";

    /// <summary>How long the server may keep silent.</summary>
    public TimeSpan Patience => patience;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    /// <summary>How long it may work on many things at once, such as joining an object's parts.</summary>
    public TimeSpan LongPatience => 6 * patience;

    /// <summary>Calls the server.</summary>
    /// <param name="call">The call; it gets what ends it, and may ask for time anew whenever the server has shown that it lives.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="expected">What it may answer but success.</param>
    /// <exception cref="AmazonS3Exception">It has given one of those answers.</exception>
    /// <exception cref="ObjectStoreUnavailableException">It is down, silent, or refuses us.</exception>
    public async Task<T> CallAsync<T>(Func<CancellationTokenSource, Task<T>> call, CancellationToken cancellationToken, params HttpStatusCode[] expected)
    {
        using var late = new CancellationTokenSource(patience, time);
        using var registration = cancellationToken.UnsafeRegister(state => ((CancellationTokenSource)state!).Cancel(), late);
        try
        {
            return await call(late);
        }
        catch (Exception exception) when (exception is not AmazonS3Exception { ErrorCode: not NoSuchBucket } answer || !expected.Contains(answer.StatusCode))
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Unavailable(exception);
        }
    }

    /// <summary>What is thrown for what a call has thrown, or the reading of its answer.</summary>
    public ObjectStoreUnavailableException Unavailable(Exception exception) => exception as ObjectStoreUnavailableException ?? new(
        exception switch
        {
            OperationCanceledException => $"The object store {name} does not answer.",
            AmazonS3Exception { ErrorCode: NoSuchBucket } => NoBucket(exception).Message,
            AmazonS3Exception { ErrorCode: "QuotaExceeded" } or AmazonS3Exception { StatusCode: HttpStatusCode.InsufficientStorage } =>
                $"The object store {name} is full.",
            AmazonS3Exception { StatusCode: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } refusal =>
                $"The object store {name} refuses us with {refusal.ErrorCode}: are the keys right, and may they use the bucket?",
            AmazonS3Exception { StatusCode: > 0 } failure => $"The object store {name} answers {(int)failure.StatusCode} {failure.ErrorCode}.",
            _ => $"The object store {name} cannot be reached: {exception.GetBaseException().Message}",
        },
        exception);

    /// <summary>What is thrown when the server has no such bucket.</summary>
    public ObjectStoreUnavailableException NoBucket(Exception exception) =>
        new($"The object store {name} does not exist: its server knows no such bucket.", exception);
}
