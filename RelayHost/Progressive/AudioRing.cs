using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.Progressive;

/// <summary>
/// The last seconds of a stream for all its progressive listeners: one writer, and readers that each keep only a position. Chunks are shared, so a
/// listener costs no audio memory here, and a slow listener affects no other.
/// </summary>
public sealed class AudioRing
{
    /// <summary>
    /// Every second chunk wakes the waiting readers, which then get two at once. Listeners play from buffers filled by the burst, so a first chunk
    /// that is a quarter of a second late is not noticeable, and half as many writes cost about half as much.
    /// </summary>
    public const int ChunksTogether = 2;

    private readonly AudioChunk?[] _chunks;
    private long _next;
    private long _oldest;
    private volatile TaskCompletionSource _everyChunk = NewSignal();
    private volatile TaskCompletionSource _readers = NewSignal();
    private volatile bool _closed;
    private volatile int _bytesPerSecond;

    /// <summary>Creates a ring with room for this many chunks.</summary>
    public AudioRing(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 2);
        _chunks = new AudioChunk?[capacity];
    }

    /// <summary>The bitrate in bytes per second, announced by the source or measured; 0 before the first chunk.</summary>
    public int BytesPerSecond
    {
        get => _bytesPerSecond;
        set => _bytesPerSecond = value;
    }

    /// <summary>Whether the stream is over for its listeners.</summary>
    public bool IsClosed => _closed;

    /// <summary>The newest chunk; null while there is none.</summary>
    public AudioChunk? Newest =>
        Volatile.Read(ref _next) is var next && next > Volatile.Read(ref _oldest) ? Volatile.Read(ref _chunks[(next - 1) % _chunks.Length]) : null;

    /// <summary>The audio's format; null before the first chunk.</summary>
    public AudioFormat? Format => Newest?.Format;

    /// <summary>Appends a chunk, and wakes the readers with every second one. One writer only.</summary>
    public void Append(AudioChunk chunk)
    {
        var next = _next;
        Volatile.Write(ref _chunks[next % _chunks.Length], chunk);
        Volatile.Write(ref _next, next + 1);
        Interlocked.Exchange(ref _everyChunk, NewSignal()).TrySetResult();
        // Also the very first chunk: readers that wait for a stream to begin have no buffer yet.
        if (next % ChunksTogether == 0)
            Interlocked.Exchange(ref _readers, NewSignal()).TrySetResult();
    }

    /// <summary>Hides the current contents from new readers: the stream has been off the air for a long time since.</summary>
    public void ForgetPast() => Volatile.Write(ref _oldest, Next);

    /// <summary>Ends the stream for all readers after they have read the rest.</summary>
    public void Close()
    {
        _closed = true;
        // Exchanged as in Append: a reader that takes the new signal is sure to see the ring closed.
        Interlocked.Exchange(ref _everyChunk, NewSignal()).TrySetResult();
        Interlocked.Exchange(ref _readers, NewSignal()).TrySetResult();
    }

    /// <summary>Opens a reader that starts this far in the past, so that playback starts at once, but not before a change of codec.</summary>
    /// <param name="burst">Duration of audio available at once, if the ring has it.</param>
    /// <param name="leastBytes">Minimum number of bytes available at once, where that is more.</param>
    public RingReader Open(TimeSpan burst, int leastBytes = 0)
    {
        var next = Volatile.Read(ref _next);
        var oldest = Math.Max(Volatile.Read(ref _oldest), next - _chunks.Length + 1);
        var position = next;
        AudioCodec? codec = null;
        var bytes = 0;
        for (var gained = TimeSpan.Zero; position > oldest && (gained < burst || bytes < leastBytes); position--)
        {
            if (!TryGet(position - 1, out var chunk) || (codec ?? chunk!.Format.Codec) != chunk!.Format.Codec)
                break;
            codec = chunk.Format.Codec;
            gained += chunk.Duration;
            bytes += chunk.Bytes.Length;
        }
        return new RingReader(this, position);
    }

    /// <summary>The chunks in the ring with the current codec, oldest first; for the writer only.</summary>
    internal IEnumerable<AudioChunk> Past()
    {
        var reader = Open(TimeSpan.MaxValue);
        for (var position = reader.Position; position < Next; position++)
        {
            if (TryGet(position, out var chunk))
                yield return chunk!;
        }
    }

    internal long Next => Volatile.Read(ref _next);

    // The next slot to be written counts as gone: the writer may be filling it right now.
    private bool Overtaken(long position) => position <= Next - _chunks.Length;

    internal bool TryGet(long position, out AudioChunk? chunk)
    {
        chunk = Volatile.Read(ref _chunks[position % _chunks.Length]);
        return chunk is not null && !Overtaken(position);
    }

    /// <summary>Completes with the next chunk: for nodes that follow this one, whose own rings batch the wake-ups.</summary>
    internal Task WaitAsync(long position) => WaitAsync(position, _everyChunk);

    /// <summary>Completes when waiting readers should continue.</summary>
    internal Task WaitForReadersAsync(long position) => WaitAsync(position, _readers);

    // The signal was read before the position, so any later chunk completes it.
    private Task WaitAsync(long position, TaskCompletionSource signal) => position < Next || _closed ? Task.CompletedTask : signal.Task;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
