namespace AudioOrleans.Grains.Tests.Uploads;

/// <summary>The system's clock, set to a later time. Timers run as usual; only the time that is read differs.</summary>
public sealed class ShiftedClock : TimeProvider
{
    private long _ticks;

    /// <summary>Moves the clock forward.</summary>
    public void Shift(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + TimeSpan.FromTicks(Volatile.Read(ref _ticks));

    /// <inheritdoc/>
    public override long GetTimestamp() => System.GetTimestamp() + (long)(TimeSpan.FromTicks(Volatile.Read(ref _ticks)).TotalSeconds * System.TimestampFrequency);
}
