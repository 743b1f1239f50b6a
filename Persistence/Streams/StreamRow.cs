namespace AudioOrleans.Persistence.Streams;

/// <summary>A stream in the table <c>streams</c>.</summary>
public sealed record StreamRow
{
    /// <summary>The stream.</summary>
    public required Guid StreamId { get; init; }

    /// <summary>Its owner's account.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its genre; may be empty.</summary>
    public required string Genre { get; init; }

    /// <summary>Its description; may be empty.</summary>
    public required string Description { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public required string Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public required bool Monetized { get; init; }

    /// <summary>Whether it is relayed.</summary>
    public required bool Enabled { get; init; }

    /// <summary>When it was registered, UTC.</summary>
    public required DateTime CreatedAt { get; init; }
}

/// <summary>A row of <c>stream_tracks</c>.</summary>
/// <param name="StartedAt">When the track went on air, UTC.</param>
/// <param name="Title">Its title.</param>
public sealed record TrackRow(DateTime StartedAt, string Title);

/// <summary>A track of a stream's history.</summary>
/// <param name="StartedAt">When it went on air, UTC.</param>
/// <param name="Title">Its title.</param>
/// <param name="EndedAt">When the next one started, UTC; null for the one on air.</param>
public sealed record PlayedTrackRow(DateTime StartedAt, string Title, DateTime? EndedAt);

/// <summary>A row of <c>stream_timeline</c>.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Reason">Why; may be null.</param>
public sealed record TimelineRow(DateTime At, string Kind, string? Reason);
