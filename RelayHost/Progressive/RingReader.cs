using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.Progressive;

/// <summary>The result of a read.</summary>
public enum RingRead
{
    /// <summary>A chunk was read.</summary>
    Chunk,

    /// <summary>The reader was too slow: its next chunk has been overwritten.</summary>
    Overtaken,

    /// <summary>The stream is over.</summary>
    Closed,
}

/// <summary>One listener's position in an <see cref="AudioRing"/>.</summary>
public sealed class RingReader(AudioRing ring, long position)
{
    private long _position = position;

    /// <summary>The chunk read last.</summary>
    public AudioChunk? Chunk { get; private set; }

    /// <summary>The position of the next chunk.</summary>
    internal long Position => _position;

    /// <summary>Whether a read would return immediately.</summary>
    public bool HasNext => _position < ring.Next;

    /// <summary>Waits for the next chunk and reads it into <see cref="Chunk"/>.</summary>
    /// <exception cref="OperationCanceledException">The listener disconnected.</exception>
    public async ValueTask<RingRead> ReadAsync(CancellationToken cancellationToken)
    {
        while (_position >= ring.Next)
        {
            if (ring.IsClosed)
                return RingRead.Closed;
            await ring.WaitForReadersAsync(_position).WaitAsync(cancellationToken);
        }
        if (!ring.TryGet(_position, out var chunk))
            return RingRead.Overtaken;
        Chunk = chunk;
        _position++;
        return RingRead.Chunk;
    }
}
