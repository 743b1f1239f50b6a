namespace AudioOrleans.Persistence.Playlists;

/// <summary>A playlist in the table <c>playlists</c>.</summary>
public sealed record PlaylistRow
{
    /// <summary>The playlist.</summary>
    public required Guid PlaylistId { get; init; }

    /// <summary>Its owner's account.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Its description; may be empty.</summary>
    public required string Description { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public required string Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public required bool Monetized { get; init; }

    /// <summary>How many tracks it has.</summary>
    public required int TrackCount { get; init; }

    /// <summary>The total duration of the tracks whose duration is known, in milliseconds.</summary>
    public required long DurationMs { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When its owner last changed it, UTC.</summary>
    public required DateTime UpdatedAt { get; init; }

    /// <summary>Incremented by each change that its owner makes.</summary>
    public required long Revision { get; init; }
}
