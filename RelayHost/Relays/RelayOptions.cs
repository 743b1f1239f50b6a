using AudioOrleans.Configuration;
using AudioOrleans.RelayHost.Progressive;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>Timings of a relay. Section <c>Relay</c>.</summary>
public sealed record RelayOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Relay";

    /// <summary>Duration of HLS segments, 2 to 10 s.</summary>
    public TimeSpan SegmentDuration { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a connected source may send nothing before it counts as dropped.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a source may fail before it counts as offline; after that it is still retried, at a slow rate.</summary>
    public TimeSpan OfflineAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The pause between attempts while offline, before jitter.</summary>
    public TimeSpan OfflineRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a relay reports that it is running.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Minimum duration of audio that the ring holds for listeners that fall behind.</summary>
    public TimeSpan RingDuration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Duration of audio that a new progressive listener gets at once.</summary>
    public TimeSpan Burst { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Minimum burst for a new progressive listener in bytes, where <see cref="Burst"/> is less and the ring has that much. At any bitrate, players
    /// fill a buffer of a fixed size before they play; Icecast sends 64 KiB.
    /// </summary>
    public int BurstBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// How long the relay of a stream that was relayed before waits before it cuts segments, so that gateways with the previous relay's window can
    /// send it. Zero without other nodes.
    /// </summary>
    public TimeSpan TakeoverWait { get; init; }

    /// <summary>Creates a ring of the configured duration. A chunk plays for a quarter of a second, slightly more when frames are long.</summary>
    internal AudioRing CreateRing() => new((int)(RingDuration / TimeSpan.FromMilliseconds(250)));

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        var isWhole = SegmentDuration.Ticks % TimeSpan.TicksPerSecond == 0;
        problems.Require(
            isWhole && SegmentDuration >= TimeSpan.FromSeconds(2) && SegmentDuration <= TimeSpan.FromSeconds(10),
            nameof(SegmentDuration), SegmentDuration, "whole seconds from 00:00:02 to 00:00:10");
        problems.Require(TakeoverWait >= TimeSpan.Zero && TakeoverWait <= TimeSpan.FromSeconds(10), nameof(TakeoverWait), TakeoverWait, "a time up to 00:00:10");
        problems.Require(BurstBytes is >= 0 and <= 1024 * 1024, nameof(BurstBytes), BurstBytes, "0 to 1048576");
        problems.Require(RingDuration >= Burst, nameof(RingDuration), RingDuration, $"at least Relay__Burst, {Burst}");
    }
}
