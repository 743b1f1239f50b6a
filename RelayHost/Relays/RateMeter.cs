using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>Measures a source's bitrate over its first seconds in a format, because the announced bitrate may be wrong.</summary>
internal sealed class RateMeter
{
    /// <summary>Long enough for a variable bitrate to approach its mean.</summary>
    private static readonly TimeSpan Needed = TimeSpan.FromSeconds(5);

    /// <summary>An announced bitrate within this relative deviation counts as rounded.</summary>
    private const double Tolerance = 0.03;

    private AudioFormat? _format;
    private TimeSpan _heard;
    private long _bytes;
    private int _kbps;

    /// <summary>Starts a session with the bitrate that its source announced in kbit/s; null if it announced none.</summary>
    /// <param name="first">The session's first chunk.</param>
    /// <param name="announcedKbps">The announced bitrate in kbit/s.</param>
    /// <returns>The bitrate to use until it is measured, in kbit/s.</returns>
    public int Begin(AudioChunk first, int? announcedKbps)
    {
        _kbps = announcedKbps is > 0 and <= 2048 ? announcedKbps.Value : RateOf(first.Bytes.Length, first.Duration);
        Restart(first.Format);
        return _kbps;
    }

    /// <summary>Takes a chunk; returns true when the format or bitrate differs from the last reported one.</summary>
    public bool Take(AudioChunk chunk, out int kbps)
    {
        var changed = chunk.Format != _format;
        if (changed)
        {
            _kbps = RateOf(chunk.Bytes.Length, chunk.Duration);
            Restart(chunk.Format);
        }
        if (_heard < Needed)
        {
            _bytes += chunk.Bytes.Length;
            _heard += chunk.Duration;
            if (_heard >= Needed && RateOf(_bytes, _heard) is var measured && Math.Abs(measured - _kbps) > _kbps * Tolerance)
                (_kbps, changed) = (measured, true);
        }
        kbps = _kbps;
        return changed;
    }

    private void Restart(AudioFormat format) => (_format, _heard, _bytes) = (format, TimeSpan.Zero, 0);

    private static int RateOf(long bytes, TimeSpan duration) => (int)Math.Round(bytes * 8 / duration.TotalSeconds / 1000);
}
