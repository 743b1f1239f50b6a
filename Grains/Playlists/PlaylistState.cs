using System.Text.Json.Serialization;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Grains.Playlists;

/// <summary>What is kept of a playlist. Replaced as a whole with each change, so that a failed write leaves the old one.</summary>
[GenerateSerializer, Alias("audio.playlists.state")]
public sealed record PlaylistState
{
    /// <summary>The owner's account.</summary>
    [Id(0)] public Guid OwnerId { get; init; }

    /// <summary>Its title.</summary>
    [Id(1)] public string Title { get; init; } = "";

    /// <summary>Its description.</summary>
    [Id(2)] public string Description { get; init; } = "";

    /// <summary>Who may find and hear it.</summary>
    [Id(3)] public Visibility Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    [Id(4)] public bool Monetized { get; init; }

    /// <summary>Its tracks in order.</summary>
    [Id(5)] public ImmutableArray<StoredTrack> Tracks { get; init; } = [];

    /// <summary>When it was made, UTC.</summary>
    [Id(6)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its owner changed it last, UTC.</summary>
    [Id(7)] public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Rises with each change that its owner makes, and with nothing else.</summary>
    [Id(8)] public long Revision { get; init; }

    /// <summary>Rises with each change of what there is to hear.</summary>
    [Id(9)] public long Version { get; init; }

    /// <summary>The job that builds what there is to hear; null when all is built, and while tracks are being fetched.</summary>
    [Id(10)] public Guid? BuildJob { get; init; }

    /// <summary>The object with its HLS playlist; null before one is built.</summary>
    [Id(11)] public string? ManifestKey { get; init; }

    /// <summary>The tracks that can be heard, as they were built.</summary>
    [Id(12)] public ImmutableArray<PlaybackPart> Parts { get; init; } = [];

    /// <summary>Whether all parts have their MP3.</summary>
    [Id(13)] public bool IsComplete { get; init; }

    /// <summary>Segments that manifests listed until lately.</summary>
    [Id(14)] public ImmutableArray<FormerSegments> Former { get; init; } = [];

    /// <summary>Who was invited to it.</summary>
    [Id(15)] public Invitations Invited { get; init; } = Invitations.None;

    /// <summary>How tracks go over into the next, as far as that was looked at.</summary>
    [Id(16)] public ImmutableArray<TrackJoin> Joins { get; init; } = [];
}

/// <summary>Segments that manifests listed until some time.</summary>
/// <param name="HlsPrefix">Begins their keys; ends with a slash.</param>
/// <param name="Until">When a manifest without them took its place, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.former-segments")]
public sealed record FormerSegments([property: Id(0)] string HlsPrefix, [property: Id(1)] DateTimeOffset Until);

/// <summary>A track as it is kept.</summary>
[GenerateSerializer, Alias("audio.playlists.stored-track")]
public sealed record StoredTrack
{
    /// <summary>Its id, which stays when tracks are put in another order.</summary>
    [Id(0)] public Guid TrackId { get; init; }

    /// <summary>The upload that it is; null for an address outside.</summary>
    [Id(1)] public Guid? UploadId { get; init; }

    /// <summary>The address that it is at; null for an upload.</summary>
    [Id(2)] public string? Url { get; init; }

    /// <summary>What its playlist calls it; null for what its file says.</summary>
    [Id(3)] public string? Title { get; init; }

    /// <summary>Who plays it by its playlist; null for what its file says.</summary>
    [Id(4)] public string? Artist { get; init; }

    /// <summary>How long the playlist's owner believes it to be, until it is measured.</summary>
    [Id(5)] public TimeSpan? ExpectedDuration { get; init; }

    /// <summary>What there is to hear; null while it is being fetched, and where it cannot be.</summary>
    [Id(6)] public MediaAsset? Audio { get; init; }

    /// <summary>Why it cannot be heard, as a sentence.</summary>
    [Id(7)] public string? Error { get; init; }

    /// <summary>Where it stands.</summary>
    [JsonIgnore]
    public TrackStatus Status => Error is not null ? TrackStatus.Failed : Audio is not null ? TrackStatus.Ready : TrackStatus.Pending;
}
