using System.Security.Cryptography;

namespace AudioOrleans.RelayHost.Tests.Objects;

/// <summary>Random bytes, the same for the same seed, generated as they are read; each read returns only a few of them, as on a network.</summary>
internal sealed class Noise(long length, int seed = 1) : Stream
{
    private const int MaxReadLength = 60_000;
    private static readonly byte[] Block = MakeBlock();
    private long _at;

    /// <summary>Awaited before each read, with the number of bytes read so far; a test can wait or throw here.</summary>
    public Func<long, Task>? BeforeRead { get; init; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The SHA-256 of this many bytes.</summary>
    public static async Task<string> HashAsync(long length, int seed = 1) => await HashAsync(new Noise(length, seed));

    /// <summary>The SHA-256 of the rest of a stream.</summary>
    public static async Task<string> HashAsync(Stream stream) => Convert.ToHexStringLower(await SHA256.HashDataAsync(stream));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (BeforeRead is not null)
            await BeforeRead(_at);
        cancellationToken.ThrowIfCancellationRequested();
        var from = (int)((_at + (seed * 7919L)) % Block.Length);
        var read = (int)Math.Min(Math.Min(buffer.Length, length - _at), Math.Min(MaxReadLength, Block.Length - from));
        Block.AsSpan(from, read).CopyTo(buffer.Span);
        _at += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Content must be read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private static byte[] MakeBlock()
    {
        // A prime number of bytes, so that nothing repeats at the boundaries of parts.
        var block = new byte[1_000_003];
        new Random(20260101).NextBytes(block);
        return block;
    }
}
