namespace AudioOrleans.RelayHost.Relays;

/// <summary>
/// How much audio a source has sent beyond what plays meanwhile. It is kept over all sessions of a relay: a source that sends a
/// file and hangs up would otherwise be ahead by one more file with each connection.
/// </summary>
internal sealed class SourceBuffer(TimeProvider time)
{
    private long _at = time.GetTimestamp();
    private TimeSpan _ahead;

    /// <summary>The lead as it is now; never negative, since what did not come in time never comes.</summary>
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

    /// <summary>Audio came.</summary>
    public void Add(TimeSpan duration) => _ahead = Current + duration;
}
