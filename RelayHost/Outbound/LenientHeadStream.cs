using System.Buffers;

namespace AudioOrleans.RelayHost.Outbound;

/// <summary>
/// Makes the responses of old radio servers readable for an HTTP client: a status line <c>ICY 200 OK</c> becomes HTTP/1.0, and invalid header lines,
/// without a colon or with characters in their names that HTTP does not allow, are removed. This applies to the first response of a connection;
/// everything after its head is passed through.
/// </summary>
internal sealed class LenientHeadStream(Stream inner) : Stream
{
    /// <summary>A longer head is passed through unchanged; the client refuses it.</summary>
    private const int LongestHead = 64 * 1024;

    private static readonly SearchValues<byte> NameCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private byte[]? _first;
    private int _firstStart;
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
            _first = await ReadFirstAsync(cancellationToken);
        }
        if (_first is null)
            return await inner.ReadAsync(buffer, cancellationToken);

        var count = Math.Min(buffer.Length, _first.Length - _firstStart);
        _first.AsMemory(_firstStart, count).CopyTo(buffer);
        _firstStart += count;
        if (_firstStart == _first.Length)
            _first = null;
        return count;
    }

    /// <summary>Reads the head in a form that a client accepts, with any bytes received after it; null when nothing was received.</summary>
    private async ValueTask<byte[]?> ReadFirstAsync(CancellationToken cancellationToken)
    {
        var received = new ArrayBufferWriter<byte>(4096);
        while (true)
        {
            var read = await inner.ReadAsync(received.GetMemory(1024), cancellationToken);
            if (read == 0)
                break;
            received.Advance(read);
            if (!MayBeHead(received.WrittenSpan) || received.WrittenCount > LongestHead || EndOfHead(received.WrittenSpan) > 0)
                break;
        }
        return received.WrittenCount == 0 ? null : Tidy(received.WrittenSpan);
    }

    private static bool MayBeHead(ReadOnlySpan<byte> bytes) => StartsAs(bytes, "HTTP/"u8) || StartsAs(bytes, "ICY "u8);

    private static bool StartsAs(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> start) =>
        bytes.Length < start.Length ? start.StartsWith(bytes) : bytes.StartsWith(start);

    /// <summary>The index after the empty line that ends the head; 0 when it has not arrived.</summary>
    private static int EndOfHead(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0, next; (next = bytes[at..].IndexOf((byte)'\n')) >= 0; at += next + 1)
        {
            var after = bytes[(at + next + 1)..];
            if (after.StartsWith("\n"u8))
                return at + next + 2;
            if (after.StartsWith("\r\n"u8))
                return at + next + 3;
        }
        return 0;
    }

    private static byte[] Tidy(ReadOnlySpan<byte> bytes)
    {
        var end = EndOfHead(bytes);
        if (end == 0 || !MayBeHead(bytes))
            return bytes.ToArray();
        var tidy = new ArrayBufferWriter<byte>(bytes.Length + 8);
        var kept = true;
        for (int at = 0, length; at < end; at += length)
        {
            length = bytes[at..end].IndexOf((byte)'\n') + 1;
            var line = bytes.Slice(at, length);
            if (at == 0 && line.StartsWith("ICY "u8))
            {
                tidy.Write("HTTP/1.0 "u8);
                line = line[4..];
            }
            else if (at > 0)
            {
                // A line that begins with a space continues the one before (RFC 9112, section 5.2).
                kept = line[0] is (byte)' ' or (byte)'\t' ? kept : IsHeader(line) || line.Trim("\r\n"u8).IsEmpty;
            }
            if (kept)
                tidy.Write(line);
        }
        tidy.Write(bytes[end..]);
        return tidy.WrittenSpan.ToArray();
    }

    private static bool IsHeader(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        return colon > 0 && !line[..colon].TrimEnd((byte)' ').ContainsAnyExcept(NameCharacters);
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
        throw new NotSupportedException("Sources must be read asynchronously.");

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
