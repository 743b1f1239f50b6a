namespace AudioOrleans.RelayHost.Relays;

/// <summary>
/// How much audio a source has sent ahead of real time. It is kept across all sessions of a relay: otherwise a source that sends a file and
/// disconnects would gain one more file with each connection.
/// </summary>
internal sealed class SourceBuffer(TimeProvider time)
{
    private long _at = time.GetTimestamp();
    private TimeSpan _ahead;

    /// <summary>The current lead; never negative, because audio that did not arrive in time is never made up.</summary>
    public TimeSpan Current
    {
        get
        {
            var now = time.GetTimestamp();
            var left = _ahead - time.GetElapsedTime(_at, now);
            (_at, _ahead) = (now, left > TimeSpan.Zero ? left : TimeSpan.Zero);
            return _ahead;
        }
    }

    /// <summary>Adds received audio.</summary>
    public void Add(TimeSpan duration) => _ahead = Current + duration;
}
