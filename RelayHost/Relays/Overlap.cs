using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Progressive;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>
/// Drops audio that a source sends twice. Icecast sends a new client the last few seconds at once, and after a short break most of them were already
/// relayed. The first frames of the new session are compared with the last frames before the break; those that match in the same order, up to the
/// last one, are dropped.
/// </summary>
internal sealed class Overlap
{
    /// <summary>The source's initial burst has arrived by then. Frames that still match later are music that repeats itself.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly ReadOnlyMemory<byte>[] _past;
    private readonly List<int> _candidates = [];
    private readonly List<AudioChunk> _held = [];
    private long? _since;
    private int _frames;
    private int _repeated;
    private bool _decided;

    /// <summary>Creates the comparison for a session that continues the audio in the ring.</summary>
    public Overlap(AudioRing ring, TimeProvider time)
    {
        _time = time;
        _past = [.. ring.Past().SelectMany(chunk => FramesOf(chunk.Bytes))];
        _decided = _past.Length == 0;
    }

    /// <summary>Takes a chunk and returns the new audio in it and in earlier chunks; empty while that is undecided.</summary>
    public IReadOnlyList<AudioChunk> Take(AudioChunk chunk)
    {
        if (_decided)
            return [chunk];
        _since ??= _time.GetTimestamp();
        _held.Add(chunk);
        foreach (var frame in FramesOf(chunk.Bytes))
            Compare(frame.Span);
        var isOpen = _candidates.Count > 0 || _repeated == _frames;
        return isOpen && _time.GetElapsedTime(_since.Value) < LongestWait ? [] : End();
    }

    /// <summary>
    /// Returns the chunks still held back. A session that brought nothing new is not a server's burst but a file that is sent again, and is meant to
    /// be heard again.
    /// </summary>
    public IReadOnlyList<AudioChunk> End()
    {
        _decided = true;
        AudioChunk[] fresh = _repeated == _frames ? [.. _held] : [.. WithoutRepeated()];
        _held.Clear();
        return fresh;
    }

    /// <summary>Each candidate is a position in the past where the session may have begun; it stays valid as long as the frames match.</summary>
    private void Compare(ReadOnlySpan<byte> frame)
    {
        if (_frames == 0)
        {
            for (var place = 0; place < _past.Length; place++)
                _candidates.Add(place);
        }
        for (var i = _candidates.Count - 1; i >= 0; i--)
        {
            var place = _candidates[i] + _frames;
            if (!_past[place].Span.SequenceEqual(frame))
            {
                _candidates.RemoveAt(i);
            }
            else if (place == _past.Length - 1)
            {
                _repeated = _frames + 1;
                _candidates.RemoveAt(i);
            }
        }
        _frames++;
    }

    private IEnumerable<AudioChunk> WithoutRepeated()
    {
        var left = _repeated;
        foreach (var chunk in _held)
        {
            var (bytes, samples, count) = (0, 0L, 0);
            foreach (var frame in FramesOf(chunk.Bytes))
            {
                if (count++ < left && FrameHeader.TryRead(frame.Span, out var header))
                    (bytes, samples) = (bytes + frame.Length, samples + header.Samples);
            }
            left = Math.Max(0, left - count);
            if (bytes == 0)
                yield return chunk;
            else if (bytes < chunk.Bytes.Length)
                yield return chunk with { Bytes = chunk.Bytes[bytes..], Duration = chunk.Duration - TimeSpan.FromTicks(samples * TimeSpan.TicksPerSecond / chunk.Format.SampleRate) };
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> FramesOf(ReadOnlyMemory<byte> bytes)
    {
        while (FrameHeader.TryRead(bytes.Span, out var header) && header.Length <= bytes.Length)
        {
            yield return bytes[..header.Length];
            bytes = bytes[header.Length..];
        }
    }
}
