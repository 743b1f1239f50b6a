using AudioOrleans.Configuration;
using AudioOrleans.RelayHost.Progressive;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>The times of a relay. Section <c>Relay</c>.</summary>
public sealed record RelayOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Relay";

    /// <summary>How long HLS segments are, 2 to 10 s.</summary>
    public TimeSpan SegmentDuration { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long a connected source may send nothing before it counts as dropped.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a source may fail before it counts as offline; it is still tried, slowly, after that.</summary>
    public TimeSpan OfflineAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The pause between tries while offline, before jitter.</summary>
    public TimeSpan OfflineRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often a relay reports that it is alive.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How much audio the ring holds for listeners that fall behind, at least.</summary>
    public TimeSpan RingDuration { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How much audio a new progressive listener gets at once.</summary>
    public TimeSpan Burst { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How many bytes a new progressive listener gets at once where <see cref="Burst"/> is less, as far as the ring has them. Players
    /// fill a buffer of so many bytes before they play, at any rate; 64 KiB is what Icecast sends.
    /// </summary>
    public int BurstBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// How long the relay of a stream that was relayed before waits until it cuts segments, for gateways that know the last relay's
    /// window to bring it. Zero where there are no other nodes.
    /// </summary>
    public TimeSpan TakeoverWait { get; init; }

    /// <summary>A ring as long as these options say. Chunks play for a quarter of a second, a little more when frames are long.</summary>
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
