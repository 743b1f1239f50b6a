namespace AudioOrleans.Grains.Interfaces;

/// <summary>How long callers wait. In a cluster a call without a time of its own is given up after a few seconds, since its silo may have died.</summary>
public static class ResponseTimes
{
    /// <summary>For what asks somebody outside, checks a password in a queue of many, or waits for a relay to end.</summary>
    public const string Slow = "00:00:30";
}
