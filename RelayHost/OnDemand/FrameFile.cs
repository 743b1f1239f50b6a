using System.Runtime.CompilerServices;
using Audio.Orleans.RelayHost.Frames;

namespace Audio.Orleans.RelayHost.OnDemand;

/// <summary>Where the audio lies in a file of frames.</summary>
/// <param name="Offset">The first frame with sound, in bytes from the file's start.</param>
/// <param name="Length">From there to the end of the last whole frame, in bytes.</param>
/// <param name="Duration">How long the frames play.</param>
/// <param name="Format">What they decode to; null when the file changes its format on the way.</param>
/// <param name="ForeignBytes">How many bytes between them are none of theirs: damage, or the tags of files that were joined.</param>
public sealed record AudioSpan(long Offset, long Length, TimeSpan Duration, AudioFormat? Format, long ForeignBytes = 0)
{
    /// <summary>Bits per second, on average.</summary>
    public int BitsPerSecond => (int)(Length * 8 / Duration.TotalSeconds);
}

/// <summary>Reads the frames of an MP3 or ADTS file: tags, garbage and the frame that describes the file are left out.</summary>
public sealed class FrameFile(string path)
{
    private const int BufferSize = 128 * 1024;
    private const int ProbeLength = 16;

    /// <summary>Longer audio is refused: little of a file can play for days.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(AudioEncoder.MostHours);

    private static readonly TimeSpan ChunkDuration = TimeSpan.FromSeconds(1);

    private long _frameBytes;

    /// <summary>Where the audio lies, once all chunks were read; null when there is none.</summary>
    public AudioSpan? Span { get; private set; }

    /// <summary>The chunks, with what part of the file has been read, 0 to 1.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnusableAudioException">It plays for too long.</exception>
    public async IAsyncEnumerable<(AudioChunk Chunk, double Read)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var start = await SkipTagsAsync(file, cancellationToken);
        var frames = new FrameAssembler(ChunkDuration);
        var buffer = new byte[BufferSize];
        long emitted = 0;
        for (var ended = false; !ended;)
        {
            var read = await file.ReadAsync(buffer, cancellationToken);
            ended = read == 0;
            frames.Write(buffer.AsSpan(0, read));
            while (frames.TryRead(out var chunk) || (ended && frames.TryComplete(out chunk)))
            {
                var offset = start + frames.SkippedBytes + emitted;
                emitted += chunk!.Bytes.Length;
                if (Take(chunk, offset) is { } audible)
                    yield return (audible, (double)file.Position / file.Length);
            }
        }
    }

    /// <summary>Reads the file to its end for the sake of <see cref="Span"/> alone.</summary>
    public async Task<AudioSpan?> MeasureAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in ReadAsync(cancellationToken))
        {
            // Reading is all that is wanted.
        }
        return Span;
    }

    /// <summary>Writes the frames alone to another file.</summary>
    public async Task CopyAsync(string to, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous);
        await foreach (var (chunk, _) in ReadAsync(cancellationToken))
            await file.WriteAsync(chunk.Bytes, cancellationToken);
    }

    private AudioChunk? Take(AudioChunk chunk, long offset)
    {
        if (Span is null && chunk.Format.Codec == AudioCodec.Mp3 && FrameHeader.TryRead(chunk.Bytes.Span, out var first) && Id3Tag.IsInfoFrame(chunk.Bytes.Span[..first.Length]))
        {
            var silent = TimeSpan.FromTicks((long)first.Samples * TimeSpan.TicksPerSecond / first.SampleRate);
            offset += first.Length;
            chunk = chunk with { Bytes = chunk.Bytes[first.Length..], Duration = chunk.Duration - silent };
            if (chunk.Bytes.IsEmpty)
                return null;
        }
        var start = Span?.Offset ?? offset;
        var format = Span is null || Span.Format == chunk.Format ? chunk.Format : null;
        _frameBytes += chunk.Bytes.Length;
        var length = offset + chunk.Bytes.Length - start;
        Span = new AudioSpan(start, length, (Span?.Duration ?? TimeSpan.Zero) + chunk.Duration, format, length - _frameBytes);
        return Span.Duration <= Longest ? chunk : throw UnusableAudioException.TooLong();
    }

    private static async Task<long> SkipTagsAsync(FileStream file, CancellationToken cancellationToken)
    {
        var head = new byte[ProbeLength];
        var start = 0L;
        while (true)
        {
            file.Position = start;
            var read = await file.ReadAtLeastAsync(head, ProbeLength, throwOnEndOfStream: false, cancellationToken);
            // A tag that claims to be longer than the file is damaged: frames are looked for right behind its header.
            if (!Id3Tag.TryReadLength(head.AsSpan(0, read), out var length) || start + length >= file.Length)
                break;
            start += length;
        }
        file.Position = start;
        return start;
    }
}
