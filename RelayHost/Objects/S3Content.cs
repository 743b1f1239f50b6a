namespace AudioOrleans.RelayHost.Objects;

/// <summary>The content of an object as its server sends it. A server that stalls causes a timeout.</summary>
/// <param name="answer">The body of the server's response.</param>
/// <param name="owner">Disposed together with this stream.</param>
/// <param name="bucket">Provides the timeout.</param>
internal sealed class S3Content(Stream answer, IDisposable owner, S3Bucket bucket) : ForwardStream
{
    private readonly CancellationTokenSource _late = new(Timeout.InfiniteTimeSpan, bucket.Time);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var registration = cancellationToken.UnsafeRegister(state => ((CancellationTokenSource)state!).Cancel(), _late);
        try
        {
            _late.CancelAfter(bucket.Timeout);
            var read = await answer.ReadAsync(buffer, _late.Token);
            _late.CancelAfter(Timeout.InfiniteTimeSpan);
            return read;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or HttpRequestException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw bucket.Unavailable(exception);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            owner.Dispose();
            _late.Dispose();
        }
        base.Dispose(disposing);
    }
}
