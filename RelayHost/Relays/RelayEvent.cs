using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>Where a relay stands.</summary>
public enum RelayState
{
    /// <summary>The first try is under way.</summary>
    Connecting,

    /// <summary>Audio flows.</summary>
    Live,

    /// <summary>The source failed and is tried again.</summary>
    Retrying,

    /// <summary>The source has failed for long and is tried slowly.</summary>
    Offline,
}

/// <summary>Something that a relay tells its owner; told in order, one at a time.</summary>
/// <param name="At">When it happened, UTC.</param>
public abstract record RelayEvent(DateTimeOffset At)
{
    /// <summary>The playlist's newest discontinuity number when this is told; another playlist of the stream must start above it.</summary>
    public long LastDiscontinuity { get; init; }
}

/// <summary>The relay went into another state.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="State">The state from now on.</param>
/// <param name="Reason">Why, as a sentence for the DJ; null where there is nothing to explain.</param>
/// <param name="Format">The audio's format once it is live.</param>
/// <param name="BitrateKbps">The audio's rate in kbit/s once it is live.</param>
public sealed record RelayStateChanged(DateTimeOffset At, RelayState State, string? Reason, AudioFormat? Format, int? BitrateKbps) : RelayEvent(At);

/// <summary>The audio is of another format or rate than was told.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Format">The audio's format.</param>
/// <param name="BitrateKbps">The audio's rate in kbit/s.</param>
public sealed record RelayAudioChanged(DateTimeOffset At, AudioFormat Format, int BitrateKbps) : RelayEvent(At);

/// <summary>The source named another title.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Title">The title; empty when the source has taken it away.</param>
public sealed record RelayTitleChanged(DateTimeOffset At, string Title) : RelayEvent(At);

/// <summary>The segmenter failed and another took over; listeners of HLS hear a gap at most.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Reason">What went wrong.</param>
public sealed record RelaySegmenterRestarted(DateTimeOffset At, string Reason) : RelayEvent(At);

/// <summary>The relay is alive.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Uptime">Since audio flows without a break; zero while it does not.</param>
public sealed record RelayRunning(DateTimeOffset At, TimeSpan Uptime) : RelayEvent(At);

/// <summary>Who wants to know.</summary>
public interface IRelayObserver
{
    /// <summary>Takes the next event of a stream. A failure is repeated until it succeeds or the relay stops.</summary>
    Task OnEventAsync(Guid streamId, RelayEvent relayEvent, CancellationToken cancellationToken);
}
