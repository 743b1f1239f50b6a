using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>A range of an open file, read once from start to end. Closes the file when disposed.</summary>
/// <param name="file">The file.</param>
/// <param name="from">Start of the range, in bytes.</param>
/// <param name="to">End of the range, in bytes.</param>
/// <param name="unavailable">Creates the exception to throw when the disk fails.</param>
internal sealed class FileRangeStream(SafeFileHandle file, long from, long to, Func<Exception, Exception> unavailable) : ForwardStream
{
    private const int BufferSize = 128 * 1024;
    private long _at = from;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return Took(RandomAccess.Read(file, buffer[..Count(buffer.Length)], _at));
        }
        catch (IOException exception)
        {
            throw unavailable(exception);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return Took(await RandomAccess.ReadAsync(file, buffer[..Count(buffer.Length)], _at, cancellationToken));
        }
        catch (IOException exception)
        {
            throw unavailable(exception);
        }
    }

    /// <remarks>Always in steps of 128 KiB: each step costs a dispatch to the thread pool.</remarks>
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (int read; (read = await ReadAsync(buffer, cancellationToken)) > 0;)
                await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }

    private int Count(int most) => (int)Math.Min(most, to - _at);

    private int Took(int read)
    {
        _at += read;
        return read;
    }
}
