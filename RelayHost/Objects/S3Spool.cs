using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Audio.Orleans.RelayHost.Objects;

/// <summary>
/// Content on its way into a bucket, a part at a time: S3 wants each part's length before its bytes, and all of them again for a retry.
/// It waits in a file without a name, which is gone with the process however that ends.
/// </summary>
internal sealed class S3Spool : IDisposable
{
    /// <summary>How long a part is, in bytes; the last may be shorter. S3 takes 10,000 of them: 156 GiB.</summary>
    public const int PartSize = 16 * 1024 * 1024;

    private const int BufferSize = 128 * 1024;
    private readonly string _folder;
    private readonly Stream _content;
    private readonly SafeFileHandle _file;
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private int _ahead;

    private S3Spool(string folder, Stream content, SafeFileHandle file) => (_folder, _content, _file) = (folder, content, file);

    /// <summary>How long this part is, in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>Whether there is more after this part.</summary>
    public bool HasMore => _ahead > 0;

    /// <summary>Begins with the content's first part.</summary>
    /// <exception cref="ObjectStoreUnavailableException">There is no room for it.</exception>
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

    /// <summary>Goes on to the next part.</summary>
    /// <exception cref="ObjectStoreUnavailableException">There is no room for it.</exception>
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

    /// <summary>This part, to be sent.</summary>
    /// <param name="onRead">Called with each read: the server takes what it is sent.</param>
    public Stream OpenRead(Action onRead) => new PartStream(_file, Length, onRead);

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
        new($"What is to be sent to the object store cannot wait in {folder}: {exception.Message}", exception);

    /// <summary>A part from its beginning, as often as it must be sent.</summary>
    private sealed class PartStream(SafeFileHandle file, int length, Action onRead) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => _position = value; }

        public override int Read(Span<byte> buffer) => Took(RandomAccess.Read(file, buffer[..Count(buffer.Length)], _position));

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Took(await RandomAccess.ReadAsync(file, buffer[..Count(buffer.Length)], _position, cancellationToken));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override long Seek(long offset, SeekOrigin origin) => _position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => _position + offset,
            _ => length + offset,
        };

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        // The file may be longer than this part: the one before was.
        private int Count(int most) => (int)Math.Clamp(length - _position, 0, most);

        private int Took(int read)
        {
            onRead();
            _position += read;
            return read;
        }
    }
}
