namespace Audio.Orleans.RelayHost.Sources;

/// <summary>
/// Lets an HTTP client read SHOUTcast 1 answers: the first four bytes <c>ICY </c> of a connection become <c>HTTP/1.0 </c>.
/// All else passes through. Below TLS it changes nothing, since no TLS record starts with these letters.
/// </summary>
internal sealed class IcyStatusLineStream(Stream inner) : Stream
{
    private static ReadOnlySpan<byte> Icy => "ICY "u8;

    private static ReadOnlySpan<byte> Http => "HTTP/1.0 "u8;

    private byte[]? _head;
    private int _headStart;
    private bool _started;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A zero-byte read only waits for data; it must not consume the first bytes.
        if (buffer.IsEmpty)
            return await inner.ReadAsync(buffer, cancellationToken);
        if (!_started)
        {
            _started = true;
            _head = await ReadHeadAsync(cancellationToken);
        }
        if (_head is null)
            return await inner.ReadAsync(buffer, cancellationToken);

        var count = Math.Min(buffer.Length, _head.Length - _headStart);
        _head.AsMemory(_headStart, count).CopyTo(buffer);
        _headStart += count;
        if (_headStart == _head.Length)
            _head = null;
        return count;
    }

    private async ValueTask<byte[]?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        var first = new byte[Icy.Length];
        var got = await inner.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
        if (got == 0)
            return null;
        return first.AsSpan().SequenceEqual(Icy) ? Http.ToArray() : first[..got];
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.WriteAsync(buffer, offset, count, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Sources are read asynchronously.");

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
