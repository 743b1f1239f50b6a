using System.Text.Json.Serialization;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Media;

namespace AudioOrleans.Grains.Playlists;

/// <summary>The stored state of a playlist. Replaced as a whole by each change, so that a failed write leaves the old one.</summary>
[GenerateSerializer, Alias("audio.playlists.state")]
public sealed record PlaylistState : ICoveredState<PlaylistState>
{
    /// <summary>The owner's account.</summary>
    [Id(0)] public Guid OwnerId { get; init; }

    /// <summary>Its title.</summary>
    [Id(1)] public string Title { get; init; } = "";

    /// <summary>Its description.</summary>
    [Id(2)] public string Description { get; init; } = "";

    /// <summary>Who may find it and listen to it.</summary>
    [Id(3)] public Visibility Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    [Id(4)] public bool Monetized { get; init; }

    /// <summary>Its tracks in order.</summary>
    [Id(5)] public ImmutableArray<StoredTrack> Tracks { get; init; } = [];

    /// <summary>When it was created, UTC.</summary>
    [Id(6)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its owner last changed it, UTC.</summary>
    [Id(7)] public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Incremented by each change that its owner makes, and by nothing else.</summary>
    [Id(8)] public long Revision { get; init; }

    /// <summary>Incremented by each change of the playable content.</summary>
    [Id(9)] public long Version { get; init; }

    /// <summary>The job that builds the playable content; null if all is built, and while tracks are being fetched.</summary>
    [Id(10)] public Guid? BuildJob { get; init; }

    /// <summary>The object key of its HLS playlist; null before one is built.</summary>
    [Id(11)] public string? ManifestKey { get; init; }

    /// <summary>The playable tracks, as they were built.</summary>
    [Id(12)] public ImmutableArray<PlaybackPart> Parts { get; init; } = [];

    /// <summary>Whether all parts have their MP3.</summary>
    [Id(13)] public bool IsComplete { get; init; }

    /// <summary>Segments that recent manifests listed.</summary>
    [Id(14)] public ImmutableArray<FormerSegments> Former { get; init; } = [];

    /// <summary>The invitations.</summary>
    [Id(15)] public Invitations Invited { get; init; } = Invitations.None;

    /// <summary>The joins of consecutive tracks, as far as they were tried.</summary>
    [Id(16)] public ImmutableArray<TrackJoin> Joins { get; init; } = [];

    /// <summary>Its cover.</summary>
    [Id(17)] public CoverState Cover { get; init; } = CoverState.None;

    /// <summary>Its name in addresses.</summary>
    [Id(18)] public string Slug { get; init; } = "";

    /// <summary>Whether its owner chose its slug, which then does not change with the title.</summary>
    [Id(19)] public bool IsSlugChosen { get; init; }

    /// <inheritdoc/>
    public bool HasCovers() => CoverRules.HasObjects(Cover);

    /// <inheritdoc/>
    public CoverDetails? FindCover(Guid? episodeId, DateTimeOffset now) =>
        episodeId is null ? new CoverDetails(OwnerId, Visibility, Monetized, Invited, IsPublished: true, Cover) : null;

    /// <inheritdoc/>
    public PlaylistState WithCover(Guid? episodeId, CoverState cover, DateTimeOffset? changedAt) =>
        this with { Cover = cover, UpdatedAt = changedAt ?? UpdatedAt, Revision = changedAt is null ? Revision : Revision + 1 };
}

/// <summary>Segments that former manifests listed.</summary>
/// <param name="HlsPrefix">Their key prefix; ends with a slash.</param>
/// <param name="Until">When a manifest without them replaced the last one, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.former-segments")]
public sealed record FormerSegments([property: Id(0)] string HlsPrefix, [property: Id(1)] DateTimeOffset Until);

/// <summary>A track as it is stored.</summary>
[GenerateSerializer, Alias("audio.playlists.stored-track")]
public sealed record StoredTrack
{
    /// <summary>Its id, which is stable when tracks are reordered.</summary>
    [Id(0)] public Guid TrackId { get; init; }

    /// <summary>Its upload; null for an external address.</summary>
    [Id(1)] public Guid? UploadId { get; init; }

    /// <summary>Its external address; null for an upload.</summary>
    [Id(2)] public string? Url { get; init; }

    /// <summary>Its title in the playlist; null to use the file's tags.</summary>
    [Id(3)] public string? Title { get; init; }

    /// <summary>Its artist in the playlist; null to use the file's tags.</summary>
    [Id(4)] public string? Artist { get; init; }

    /// <summary>The owner's estimate of its duration, until it is measured.</summary>
    [Id(5)] public TimeSpan? ExpectedDuration { get; init; }

    /// <summary>Its audio; null while it is being fetched, and if it cannot be played.</summary>
    [Id(6)] public MediaAsset? Audio { get; init; }

    /// <summary>Why it cannot be played, as a sentence.</summary>
    [Id(7)] public string? Error { get; init; }

    /// <summary>Its state.</summary>
    [JsonIgnore]
    public TrackStatus Status => Error is not null ? TrackStatus.Failed : Audio is not null ? TrackStatus.Ready : TrackStatus.Pending;
}
