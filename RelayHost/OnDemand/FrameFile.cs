using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>The position of the audio in a file of frames.</summary>
/// <param name="Offset">The first frame with sound, in bytes from the file's start.</param>
/// <param name="Length">From there to the end of the last whole frame, in bytes.</param>
/// <param name="Duration">Playing time of the frames.</param>
/// <param name="Format">The audio format; null when it changes within the file.</param>
/// <param name="ForeignBytes">Number of bytes between the frames that belong to none: damage, or the tags of files that were joined.</param>
public sealed record AudioSpan(long Offset, long Length, TimeSpan Duration, AudioFormat? Format, long ForeignBytes = 0)
{
    /// <summary>The time between two of <see cref="Positions"/>.</summary>
    public static readonly TimeSpan PositionInterval = TimeSpan.FromSeconds(6);

    /// <summary>
    /// Byte offsets, relative to <see cref="Offset"/>, of the audio at each multiple of <see cref="PositionInterval"/>, starting with zero. Empty for
    /// a constant bitrate, where byte positions give the time.
    /// </summary>
    public ImmutableArray<int> Positions { get; init; } = [];

    /// <summary>Silence that the encoder added around the sound; null if the file does not declare it.</summary>
    public EncoderPadding? Padding { get; init; }

    /// <summary>Number of bytes that the file declares but does not contain.</summary>
    public long MissingBytes { get; init; }

    /// <summary>Whether the file ends with a partial frame.</summary>
    public bool EndsInsideFrame { get; init; }

    /// <summary>Average bits per second.</summary>
    public int BitsPerSecond => (int)(Length * 8 / Duration.TotalSeconds);
}

/// <summary>Reads the frames of an MP3 or ADTS file, without tags, garbage and the frame that describes the file.</summary>
public sealed class FrameFile(string path)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Longer audio is refused, because a small file could play for days.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(AudioEncoder.MostHours);

    private static readonly TimeSpan ChunkDuration = TimeSpan.FromSeconds(1);

    private readonly ImmutableArray<int>.Builder _positions = ImmutableArray.CreateBuilder<int>();
    private long _frameBytes;
    private int? _rate;
    private bool _isVariable;
    private Mp3Description? _description;

    /// <summary>The position of the audio, once all chunks have been read; null when there is none.</summary>
    public AudioSpan? Span { get; private set; }

    /// <summary>Reads the chunks, each with the fraction of the file read so far, 0 to 1.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnusableAudioException">It plays for too long.</exception>
    public async IAsyncEnumerable<(AudioChunk Chunk, double Read)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var start = await Id3Tag.SkipAsync(file, cancellationToken);
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
        Span = Span is { } span ? Described(span with { Positions = _isVariable ? _positions.ToImmutable() : [], EndsInsideFrame = frames.EndsInsideFrame }) : null;
    }

    /// <summary>Reads the file to its end only to compute <see cref="Span"/>.</summary>
    public async Task<AudioSpan?> MeasureAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in ReadAsync(cancellationToken))
        {
            // Only reading is needed.
        }
        return Span;
    }

    /// <summary>Writes only the frames to another file.</summary>
    public async Task CopyAsync(string to, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(to, FileMode.Create, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous);
        await foreach (var (chunk, _) in ReadAsync(cancellationToken))
            await file.WriteAsync(chunk.Bytes, cancellationToken);
    }

    /// <summary>
    /// Removes the frames that describe a file from the chunk, because they are silent. One is at the start; joined files have more in the middle.
    /// </summary>
    /// <returns>The remaining chunk, and the number of bytes of such frames before it.</returns>
    private (AudioChunk Chunk, int Leading) WithoutTables(AudioChunk chunk)
    {
        if (chunk.Format.Codec != AudioCodec.Mp3)
            return (chunk, 0);
        var kept = new List<ReadOnlyMemory<byte>>();
        var (leading, samples) = (0, 0L);
        for (var rest = chunk.Bytes; FrameHeader.TryRead(rest.Span, out var header); rest = rest[header.Length..])
        {
            if (!XingFrame.TryRead(rest.Span[..header.Length], out var description))
            {
                kept.Add(rest[..header.Length]);
                continue;
            }
            // In a joined file each part has one, and none describes the whole.
            _description = Span is null && kept.Count == 0 && samples == 0 ? description with { Bytes = description.Bytes - header.Length } : default(Mp3Description);
            samples += header.Samples;
            leading += kept.Count == 0 ? header.Length : 0;
        }
        return samples == 0
            ? (chunk, 0)
            : (chunk with
            {
                Bytes = kept.SelectMany(frame => frame.ToArray()).ToArray(),
                Duration = chunk.Duration - TimeSpan.FromTicks(samples * TimeSpan.TicksPerSecond / chunk.Format.SampleRate),
            }, leading);
    }

    /// <summary>Adds the data of the frame that describes the file.</summary>
    private AudioSpan Described(AudioSpan span)
    {
        if (_description is not { } description)
            return span;
        var missing = Math.Max(0, (description.Bytes ?? 0) - span.Length);
        // A truncated file lacks the silence at its end.
        var isCut = span.EndsInsideFrame || missing > FileDamage.ToleratedBytes;
        return span with { Padding = description.Padding is { } padding && isCut ? padding with { End = 0 } : description.Padding, MissingBytes = missing };
    }

    private void NotePositions(AudioChunk chunk, long offset)
    {
        var (played, at) = (Span?.Duration ?? TimeSpan.Zero, offset - (Span?.Offset ?? offset));
        for (var rest = chunk.Bytes.Span; FrameHeader.TryRead(rest, out var header); rest = rest[header.Length..])
        {
            // The bitrate is in the header of an MP3 frame; AAC frames have a variable length.
            var rate = header.Codec == AudioCodec.Mp3 ? rest[2] >> 4 : header.Length;
            _isVariable |= rate != (_rate ??= rate);
            if (played >= AudioSpan.PositionInterval * _positions.Count)
                _positions.Add((int)Math.Min(at, int.MaxValue));
            played += TimeSpan.FromTicks((long)header.Samples * TimeSpan.TicksPerSecond / header.SampleRate);
            at += header.Length;
        }
    }

    private AudioChunk? Take(AudioChunk chunk, long offset)
    {
        var end = offset + chunk.Bytes.Length;
        var (kept, leading) = WithoutTables(chunk);
        if (kept.Bytes.IsEmpty)
            return null;
        chunk = kept;
        offset += Span is null ? leading : 0;
        NotePositions(chunk, offset);
        var start = Span?.Offset ?? offset;
        var format = Span is null || Span.Format == chunk.Format ? chunk.Format : null;
        _frameBytes += chunk.Bytes.Length;
        var length = end - start;
        Span = new AudioSpan(start, length, (Span?.Duration ?? TimeSpan.Zero) + chunk.Duration, format, length - _frameBytes);
        return Span.Duration <= Longest ? chunk : throw UnusableAudioException.TooLong();
    }
}
