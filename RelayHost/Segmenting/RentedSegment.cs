using System.Buffers;

namespace AudioOrleans.RelayHost.Segmenting;

/// <summary>
/// A finished segment in a reusable buffer. Segments are large objects in .NET: cutting many files at once would otherwise cause constant collections
/// of all generations.
/// </summary>
public sealed class RentedSegment : IDisposable
{
    private readonly int _length;
    private byte[]? _buffer;

    internal RentedSegment(ReadOnlySpan<byte> bytes, TimeSpan duration)
    {
        (_length, Duration) = (bytes.Length, duration);
        _buffer = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(_buffer);
    }

    /// <summary>The segment, decodable on its own.</summary>
    /// <exception cref="ObjectDisposedException">The buffer may hold another segment by now.</exception>
    public ReadOnlyMemory<byte> Bytes => _buffer is { } buffer ? buffer.AsMemory(0, _length) : throw new ObjectDisposedException(nameof(RentedSegment));

    /// <summary>Its playing time.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Returns the buffer to the pool. Nobody may read it any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
