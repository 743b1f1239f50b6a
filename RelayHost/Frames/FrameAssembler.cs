using System.Buffers;

namespace AudioOrleans.RelayHost.Frames;

/// <summary>
/// Finds whole frames in a byte stream that may start anywhere and contain garbage, and returns them in chunks. A position counts as in sync only
/// when the header of the following frame matches, so that bytes that look like a header by chance do not count.
/// </summary>
public sealed class FrameAssembler(TimeSpan chunkDuration)
{
    private readonly ArrayBufferWriter<byte> _buffer = new(8192);
    private int _consumed;
    private int _scanned;
    private long _scannedSamples;
    private FrameHeader? _previous;
    private AudioFormat? _format;

    /// <summary>The format of the frames found last; null until a frame is found.</summary>
    public AudioFormat? Format => _format;

    /// <summary>Total number of bytes that belonged to no frame.</summary>
    public long SkippedBytes { get; private set; }

    /// <summary>Whether the rest of the input, once it is complete, is the start of another frame.</summary>
    public bool EndsInsideFrame =>
        _previous is { } previous && FrameHeader.TryRead(_buffer.WrittenSpan[_scanned..], out var header) && header.Continues(previous) && _buffer.WrittenCount - _scanned < header.Length;

    // Computed for all frames at once: rounding each one would add up to milliseconds in an hour.
    private TimeSpan ScannedDuration => _format is null ? TimeSpan.Zero : TimeSpan.FromTicks(_scannedSamples * TimeSpan.TicksPerSecond / _format.SampleRate);

    /// <summary>Adds bytes from the source.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        // Bytes already returned are dropped before the buffer has to grow.
        if (_consumed > 0 && _buffer.FreeCapacity < bytes.Length)
            Compact();
        _buffer.Write(bytes);
    }

    /// <summary>Reads the next chunk: frames of one format that play for at least the chunk duration.</summary>
    public bool TryRead(out AudioChunk? chunk)
    {
        while (true)
        {
            var rest = _buffer.WrittenSpan[_scanned..];
            if (rest.Length < FrameHeader.Size)
                break;
            if (!FrameHeader.TryRead(rest, out var header) || (_previous is { } previous && !header.Continues(previous)))
            {
                if (TryTake(out chunk))
                    return true;
                if (!TryResynchronise())
                    break;
                continue;
            }
            if (rest.Length < header.Length)
                break;
            if (_previous is null && !Confirmed(rest, header, out var needsMore))
            {
                if (needsMore)
                    break;
                Skip(1);
                continue;
            }
            Accept(header);
            if (ScannedDuration >= chunkDuration && TryTake(out chunk))
                return true;
        }
        chunk = null;
        return false;
    }

    /// <summary>Reads the remaining frames at the end of the input; a truncated frame is dropped. False when there are none.</summary>
    public bool TryComplete(out AudioChunk? chunk)
    {
        while (!TryTake(out chunk))
        {
            if (_previous is not null || _buffer.WrittenCount - _scanned < FrameHeader.Size)
                return false;
            // What looked like a frame awaits a confirmation that will never come.
            Skip(1);
            if (TryRead(out chunk))
                return true;
        }
        return true;
    }

    private void Accept(FrameHeader header)
    {
        _previous = header;
        if (_format is null || _format.Codec != header.Codec || _format.SampleRate != header.SampleRate || _format.Channels != header.Channels)
            _format = new AudioFormat(header.Codec, header.SampleRate, header.Channels);
        _scanned += header.Length;
        _scannedSamples += header.Samples;
    }

    private static bool Confirmed(ReadOnlySpan<byte> bytes, FrameHeader first, out bool needsMore)
    {
        needsMore = false;
        var at = 0;
        var header = first;
        for (var confirmed = 0; confirmed < 2; confirmed++)
        {
            at += header.Length;
            if (bytes.Length < at + FrameHeader.Size)
            {
                needsMore = true;
                return false;
            }
            if (!FrameHeader.TryRead(bytes[at..], out var next) || !next.Continues(header))
                return false;
            header = next;
        }
        return true;
    }

    /// <summary>Handles lost sync: the next frame must be confirmed again. False when more bytes are needed.</summary>
    private bool TryResynchronise()
    {
        _previous = null;
        if (FrameHeader.TryRead(_buffer.WrittenSpan[_scanned..], out _))
            return true;
        var rest = _buffer.WrittenSpan[(_scanned + 1)..];
        var next = rest.IndexOf((byte)0xFF);
        Skip(next < 0 ? rest.Length + 1 : next + 1);
        return next >= 0;
    }

    private void Skip(int count)
    {
        SkippedBytes += count;
        _scanned += count;
        _consumed = _scanned;
        if (_consumed == _buffer.WrittenCount)
            Compact();
    }

    private bool TryTake(out AudioChunk? chunk)
    {
        chunk = null;
        if (_scanned == _consumed || _format is null)
            return false;
        chunk = new AudioChunk(_buffer.WrittenMemory[_consumed.._scanned].ToArray(), ScannedDuration, _format);
        _consumed = _scanned;
        _scannedSamples = 0;
        return true;
    }

    private void Compact()
    {
        var count = _buffer.WrittenCount - _consumed;
        var left = ArrayPool<byte>.Shared.Rent(count);
        _buffer.WrittenSpan[_consumed..].CopyTo(left);
        _buffer.ResetWrittenCount();
        _buffer.Write(left.AsSpan(0, count));
        ArrayPool<byte>.Shared.Return(left);
        _scanned -= _consumed;
        _consumed = 0;
    }
}
