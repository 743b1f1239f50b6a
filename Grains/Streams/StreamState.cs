using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Grains.Streams;

/// <summary>The stored state of a stream. Replaced as a whole by each change, so that a failed write leaves the old one.</summary>
[GenerateSerializer, Alias("audio.streams.state")]
public sealed record StreamState
{
    /// <summary>The owner's account.</summary>
    [Id(0)] public Guid OwnerId { get; init; }

    /// <summary>The station's name.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>The server as entered by the DJ.</summary>
    [Id(2)] public string SourceUrl { get; init; } = "";

    /// <summary>The mount as entered by the DJ; null for none.</summary>
    [Id(3)] public string? Mount { get; init; }

    /// <summary>The source's password, sealed; null for none.</summary>
    [Id(4)] public string? SealedKey { get; init; }

    /// <summary>The genre.</summary>
    [Id(5)] public string Genre { get; init; } = "";

    /// <summary>The description.</summary>
    [Id(6)] public string Description { get; init; } = "";

    /// <summary>Who may listen to it.</summary>
    [Id(7)] public Visibility Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    [Id(8)] public bool Monetized { get; init; }

    /// <summary>Whether it is relayed.</summary>
    [Id(9)] public bool Enabled { get; init; }

    /// <summary>When it was registered, UTC.</summary>
    [Id(10)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its owner last changed it, UTC.</summary>
    [Id(11)] public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The newest discontinuity number that a relay of the stream has reported (RFC 8216, section 6.2.2: it never decreases).</summary>
    [Id(12)] public long LastDiscontinuity { get; init; }

    /// <summary>Incremented by each change that its owner makes, and by nothing else.</summary>
    [Id(13)] public long Revision { get; init; }

    /// <summary>The node that relayed it last; null before the first report.</summary>
    [Id(14)] public string? LastNode { get; init; }

    /// <summary>The title on air at the relay's last report; null or empty for none.</summary>
    [Id(15)] public string? LastTrack { get; init; }

    /// <summary>The charset of the source's titles, as entered by the DJ; null if unset.</summary>
    [Id(16)] public string? MetadataCharset { get; init; }

    /// <summary>The invitations.</summary>
    [Id(17)] public Invitations Invited { get; init; } = Invitations.None;
}

/// <summary>The data that migrates with a stream to another node, in addition to its state.</summary>
/// <param name="CurrentTrack">The title on air.</param>
/// <param name="Audiences">The last report of each gateway.</param>
/// <param name="Watchers">The observers that are notified of changes.</param>
/// <param name="LastDiscontinuity">The newest discontinuity number, written or not.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.migrated")]
public sealed record StreamMigrationState(
    [property: Id(0)] string? CurrentTrack,
    [property: Id(1)] ImmutableArray<AudienceReport> Audiences,
    [property: Id(2)] ImmutableArray<IStreamObserver> Watchers,
    [property: Id(3)] long LastDiscontinuity);
