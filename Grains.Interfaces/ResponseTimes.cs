namespace AudioOrleans.Grains.Interfaces;

/// <summary>Response timeouts of grain calls. In a cluster, other calls time out after a few seconds, since their silo may have died.</summary>
public static class ResponseTimes
{
    /// <summary>For calls that contact an external server, queue for a password check, or wait for a relay to stop.</summary>
    public const string Slow = "00:00:30";
}
