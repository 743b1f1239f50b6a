using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>The state of a relay.</summary>
public enum RelayState
{
    /// <summary>The first connection attempt is in progress.</summary>
    Connecting,

    /// <summary>Audio is flowing.</summary>
    Live,

    /// <summary>The source failed and is being retried.</summary>
    Retrying,

    /// <summary>The source has failed for a long time and is retried at a slow rate.</summary>
    Offline,
}

/// <summary>An event that a relay reports to its owner; reported in order, one at a time.</summary>
/// <param name="At">When it happened, UTC.</param>
public abstract record RelayEvent(DateTimeOffset At)
{
    /// <summary>The playlist's newest discontinuity sequence number when this is reported; another playlist of the stream must start above it.</summary>
    public long LastDiscontinuity { get; init; }
}

/// <summary>The relay changed its state.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="State">The new state.</param>
/// <param name="Reason">The reason, as a sentence for the DJ; null where there is nothing to explain.</param>
/// <param name="Format">The audio format once live.</param>
/// <param name="BitrateKbps">The bitrate in kbit/s once live.</param>
public sealed record RelayStateChanged(DateTimeOffset At, RelayState State, string? Reason, AudioFormat? Format, int? BitrateKbps) : RelayEvent(At);

/// <summary>The audio format or bitrate differs from what was reported.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Format">The new audio format.</param>
/// <param name="BitrateKbps">The new bitrate in kbit/s.</param>
public sealed record RelayAudioChanged(DateTimeOffset At, AudioFormat Format, int BitrateKbps) : RelayEvent(At);

/// <summary>The source sent another title.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Title">The title; empty when the source has removed it.</param>
public sealed record RelayTitleChanged(DateTimeOffset At, string Title) : RelayEvent(At);

/// <summary>The segmenter failed and another took over; HLS listeners get a gap at most.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">What went wrong.</param>
public sealed record RelaySegmenterRestarted(DateTimeOffset At, string Reason) : RelayEvent(At);

/// <summary>The relay is running.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Uptime">Time since audio started to flow without a break; zero while it does not flow.</param>
public sealed record RelayRunning(DateTimeOffset At, TimeSpan Uptime) : RelayEvent(At);

/// <summary>Receives the events of relays.</summary>
public interface IRelayObserver
{
    /// <summary>Handles the next event of a stream. A failed call is retried until it succeeds or the relay stops.</summary>
    Task OnEventAsync(Guid streamId, RelayEvent relayEvent, CancellationToken cancellationToken);
}
