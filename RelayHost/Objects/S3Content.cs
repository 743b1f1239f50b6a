using Amazon.Runtime;

namespace Audio.Orleans.RelayHost.Objects;

/// <summary>The bytes of an object as its server sends them. A server that stops amid them is not waited for.</summary>
/// <param name="answer">The body of the server's answer.</param>
/// <param name="owner">What is disposed with it.</param>
/// <param name="caller">Knows how long to wait.</param>
internal sealed class S3Content(Stream answer, IDisposable owner, S3Caller caller) : Stream
{
    private readonly CancellationTokenSource _late = new(Timeout.InfiniteTimeSpan, caller.Time);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var registration = cancellationToken.UnsafeRegister(state => ((CancellationTokenSource)state!).Cancel(), _late);
        try
        {
            _late.CancelAfter(caller.Patience);
            var read = await answer.ReadAsync(buffer, _late.Token);
            _late.CancelAfter(Timeout.InfiniteTimeSpan);
            return read;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or HttpRequestException or AmazonClientException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw caller.Unavailable(exception);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Objects are read without blocking.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
