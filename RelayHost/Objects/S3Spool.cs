using System.Buffers;
using System.Net;
using Microsoft.Win32.SafeHandles;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>
/// Spools content for a bucket, one part at a time: S3 requires each part's length before its bytes, and all bytes again for a retry. The spool is an
/// unnamed file, which disappears with the process however that ends.
/// </summary>
internal sealed class S3Spool : IDisposable
{
    /// <summary>Size of a part, in bytes; the last may be shorter. S3 allows 10,000 parts: 156 GiB.</summary>
    public const int PartSize = 16 * 1024 * 1024;

    private const int BufferSize = 128 * 1024;
    private readonly string _folder;
    private readonly Stream _content;
    private readonly SafeFileHandle _file;
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _ahead;

    private S3Spool(string folder, Stream content, SafeFileHandle file) => (_folder, _content, _file) = (folder, content, file);

    /// <summary>Size of the current part, in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>Whether another part follows the current one.</summary>
    public bool HasMore => _ahead > 0;

    /// <summary>Starts with the content's first part.</summary>
    /// <exception cref="ObjectStoreUnavailableException">There is no space for it.</exception>
    public static async Task<S3Spool> StartAsync(string folder, Stream content, CancellationToken cancellationToken)
    {
        var spool = new S3Spool(folder, content, OpenFile(folder));
        try
        {
            await spool.ReadAheadAsync(cancellationToken);
            await spool.NextAsync(cancellationToken);
            return spool;
        }
        catch
        {
            spool.Dispose();
            throw;
        }
    }

    /// <summary>Moves to the next part.</summary>
    /// <exception cref="ObjectStoreUnavailableException">There is no space for it.</exception>
    public async Task NextAsync(CancellationToken cancellationToken)
    {
        for (Length = 0; HasMore && Length < PartSize; await ReadAheadAsync(cancellationToken))
        {
            try
            {
                await RandomAccess.WriteAsync(_file, _buffer.AsMemory(0, _ahead), Length, cancellationToken);
            }
            catch (IOException exception)
            {
                throw Unavailable(_folder, exception);
            }
            Length += _ahead;
        }
    }

    /// <summary>Creates the request content with the current part.</summary>
    public HttpContent ToContent() => new S3Part(_file, Length);

    public void Dispose()
    {
        _file.Dispose();
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private async Task ReadAheadAsync(CancellationToken cancellationToken) =>
        _ahead = await _content.ReadAtLeastAsync(_buffer.AsMemory(0, BufferSize), BufferSize, throwOnEndOfStream: false, cancellationToken);

    private static SafeFileHandle OpenFile(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
            var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            File.Delete(path);
            return file;
        }
        catch (Exception exception) when (DiskTree.IsOfDisk(exception))
        {
            throw Unavailable(folder, exception);
        }
    }

    private static ObjectStoreUnavailableException Unavailable(string folder, Exception exception) =>
        new($"The object store cannot keep unsent objects in {folder}: {exception.Message}", exception);
}

/// <summary>A part that can be sent from its start any number of times.</summary>
/// <param name="file">The file that contains the part; it may be longer, because an earlier part was.</param>
/// <param name="length">In bytes.</param>
internal sealed class S3Part(SafeFileHandle file, int length) : HttpContent
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Called whenever the server has accepted some of it.</summary>
    public Action? OnSent { get; set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var sent = 0; sent < length;)
            {
                var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, Math.Min(BufferSize, length - sent)), sent, cancellationToken);
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                sent += read;
                OnSent?.Invoke();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long result)
    {
        result = length;
        return true;
    }
}
