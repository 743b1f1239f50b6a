using System.Buffers;

namespace AudioOrleans.RelayHost.Segmenting;

/// <summary>
/// A finished segment in a buffer that is used again. Segments are large objects to .NET: many files cut at once would keep it
/// collecting garbage of all ages.
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
    /// <exception cref="ObjectDisposedException">The buffer may hold another one.</exception>
    public ReadOnlyMemory<byte> Bytes => _buffer is { } buffer ? buffer.AsMemory(0, _length) : throw new ObjectDisposedException(nameof(RentedSegment));

    /// <summary>How long it plays.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Gives the buffer back. Not while anybody may still read it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }
}
