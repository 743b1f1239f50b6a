using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>Where a track comes from.</summary>
public enum TrackSourceType
{
    /// <summary>An upload of the playlist's owner.</summary>
    Upload,

    /// <summary>An external address.</summary>
    External,
}

/// <summary>A track as requested for a playlist.</summary>
/// <param name="TrackId">An existing track, which stays unchanged; null for a new one.</param>
/// <param name="SourceType">Where a new one comes from.</param>
/// <param name="UploadId">The upload, for <see cref="TrackSourceType.Upload"/>.</param>
/// <param name="Url">The address, for <see cref="TrackSourceType.External"/>.</param>
/// <param name="Title">Its title; null to use the file's tags.</param>
/// <param name="Artist">Its artist; null to use the file's tags.</param>
/// <param name="DurationSeconds">The client's estimate; the measured duration takes precedence.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-wish")]
public sealed record TrackInput(
    [property: Id(0)] Guid? TrackId,
    [property: Id(1)] TrackSourceType? SourceType,
    [property: Id(2)] Guid? UploadId,
    [property: Id(3)] string? Url,
    [property: Id(4)] string? Title,
    [property: Id(5)] string? Artist,
    [property: Id(6)] double? DurationSeconds)
{
    /// <summary>Keeps URLs, which may contain secrets, out of logs.</summary>
    public override string ToString() => "TrackInput";
}

/// <summary>A request to create a playlist.</summary>
/// <param name="OwnerId">The owner's account.</param>
/// <param name="Title">Its title, 1 to 200 characters.</param>
/// <param name="Description">Its description; may be empty.</param>
/// <param name="Tracks">Its tracks in order.</param>
/// <param name="Visibility">Who may find it and listen to it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Slug">Its name in addresses; null or empty for one made of the title.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.create")]
public sealed record CreatePlaylist(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] string Title,
    [property: Id(2)] string Description,
    [property: Id(3)] ImmutableArray<TrackInput> Tracks,
    [property: Id(4)] Visibility Visibility,
    [property: Id(5)] bool Monetized,
    [property: Id(6)] string? Slug = null);

/// <summary>Changes to a playlist; null leaves a field unchanged.</summary>
/// <param name="Title">A title.</param>
/// <param name="Description">A description.</param>
/// <param name="Tracks">The new tracks, in order.</param>
/// <param name="Visibility">Who may find it and listen to it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="ExpectedRevision">Apply only if the playlist is at this revision; null applies to any.</param>
/// <param name="Slug">A name in addresses; empty for one made of the title.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.patch")]
public sealed record PlaylistPatch(
    [property: Id(0)] string? Title,
    [property: Id(1)] string? Description,
    [property: Id(2)] ImmutableArray<TrackInput>? Tracks,
    [property: Id(3)] Visibility? Visibility,
    [property: Id(4)] bool? Monetized,
    [property: Id(5)] long? ExpectedRevision,
    [property: Id(6)] string? Slug = null);

/// <summary>The result of a request to create or change a playlist. Exactly one of the first three members is set.</summary>
/// <param name="UpdatedFields">Success: the fields that changed, by their contract names.</param>
/// <param name="Problems">The request is invalid: each field and what was expected.</param>
/// <param name="Unusable">These tracks cannot be used.</param>
/// <param name="Revision">Success: the playlist's current revision.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.outcome")]
public sealed record PlaylistOutcome(
    [property: Id(0)] ImmutableArray<string> UpdatedFields,
    [property: Id(1)] ImmutableArray<FieldProblem> Problems,
    [property: Id(2)] ImmutableArray<UnusableTrack> Unusable,
    [property: Id(3)] long Revision)
{
    /// <summary>The request succeeded.</summary>
    public static PlaylistOutcome Done(ImmutableArray<string> fields, long revision) => new(fields, [], [], revision);

    /// <summary>The request is invalid.</summary>
    public static PlaylistOutcome Invalid(ImmutableArray<FieldProblem> problems) => new([], problems, [], 0);

    /// <summary>Some of the tracks cannot be used.</summary>
    public static PlaylistOutcome Refused(ImmutableArray<UnusableTrack> tracks) => new([], [], tracks, 0);
}

/// <summary>A track that cannot be used.</summary>
/// <param name="Index">Its index in the request, from 0.</param>
/// <param name="Reason">A stable code, such as <c>upload_not_ready</c>.</param>
/// <param name="Message">The same as a sentence.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.unusable-track")]
public sealed record UnusableTrack([property: Id(0)] int Index, [property: Id(1)] string Reason, [property: Id(2)] string Message);

/// <summary>A playlist.</summary>
/// <param name="PlaylistId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">Its description; may be empty.</param>
/// <param name="Visibility">Who may find it and listen to it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Tracks">Its tracks in order; empty in lists.</param>
/// <param name="TrackCount">How many tracks it has.</param>
/// <param name="Duration">The total duration of the tracks whose duration is known.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="UpdatedAt">When its owner last changed it, UTC.</param>
/// <param name="Revision">Incremented by each change that its owner makes.</param>
/// <param name="Invited">The invitations; none in lists.</param>
/// <param name="Cover">Its cover; null for none.</param>
/// <param name="Slug">Its name in addresses.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.details")]
public sealed record PlaylistDetails(
    [property: Id(0)] Guid PlaylistId,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] string Title,
    [property: Id(3)] string Description,
    [property: Id(4)] Visibility Visibility,
    [property: Id(5)] bool Monetized,
    [property: Id(6)] ImmutableArray<PlaylistTrack> Tracks,
    [property: Id(7)] int TrackCount,
    [property: Id(8)] TimeSpan Duration,
    [property: Id(9)] DateTimeOffset CreatedAt,
    [property: Id(10)] DateTimeOffset UpdatedAt,
    [property: Id(11)] long Revision,
    [property: Id(12)] Invitations Invited,
    [property: Id(13)] Cover? Cover = null,
    [property: Id(14)] string Slug = "");

/// <summary>The state of a track.</summary>
public enum TrackStatus
{
    /// <summary>It is being fetched.</summary>
    Pending,

    /// <summary>It can be played.</summary>
    Ready,

    /// <summary>It cannot be played, and is omitted.</summary>
    Failed,
}

/// <summary>A track of a playlist.</summary>
/// <param name="TrackId">Its id, which is stable when tracks are reordered.</param>
/// <param name="SourceType">Where it comes from.</param>
/// <param name="UploadId">The upload; null for others.</param>
/// <param name="Url">The address, for the owner only; null for others.</param>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Artist">Its artist; null for none.</param>
/// <param name="Duration">Its duration; null until known.</param>
/// <param name="Status">Its state.</param>
/// <param name="Error">Why it failed, as a sentence.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track")]
public sealed record PlaylistTrack(
    [property: Id(0)] Guid TrackId,
    [property: Id(1)] TrackSourceType SourceType,
    [property: Id(2)] Guid? UploadId,
    [property: Id(3)] string? Url,
    [property: Id(4)] string? Title,
    [property: Id(5)] string? Artist,
    [property: Id(6)] TimeSpan? Duration,
    [property: Id(7)] TrackStatus Status,
    [property: Id(8)] string? Error)
{
    /// <summary>Keeps URLs, which may contain secrets, out of logs.</summary>
    public override string ToString() => $"PlaylistTrack {TrackId:D}";
}

/// <summary>What a gateway needs to serve a playlist without a grain call per request.</summary>
/// <param name="OwnerId">The owner, who may always listen.</param>
/// <param name="Visibility">Who may listen to it.</param>
/// <param name="Monetized">Whether a subscription is needed as well.</param>
/// <param name="Version">Identifies the content: it changes with each of the following members.</param>
/// <param name="ManifestKey">The object key of its HLS playlist; null before it is built.</param>
/// <param name="Parts">The playable parts, in order.</param>
/// <param name="IsComplete">Whether all parts have their MP3, so that the total length is known.</param>
/// <param name="FormerHls">Prefixes of segments that recent manifests listed: their players may still fetch them.</param>
/// <param name="Invited">The invitations.</param>
/// <param name="Stamp">Identifies this manifest: it differs after each change, see <see cref="IPlaylistGrain.WaitForPlaybackManifest"/>.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.programme")]
public sealed record PlaybackManifest(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] Visibility Visibility,
    [property: Id(2)] bool Monetized,
    [property: Id(3)] long Version,
    [property: Id(4)] string? ManifestKey,
    [property: Id(5)] ImmutableArray<PlaybackPart> Parts,
    [property: Id(6)] bool IsComplete,
    [property: Id(7)] ImmutableArray<string> FormerHls,
    [property: Id(8)] Invitations Invited,
    [property: Id(9)] string Stamp = "");

/// <summary>A track as it is sent, or a part of it: a join with the previous track is a part of its own.</summary>
/// <param name="TrackId">The track.</param>
/// <param name="HlsPrefix">The key prefix of its segments; ends with a slash.</param>
/// <param name="Mp3">Its MP3 in the playlist's format; null while it is being transcoded.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.programme-part")]
public sealed record PlaybackPart([property: Id(0)] Guid TrackId, [property: Id(1)] string HlsPrefix, [property: Id(2)] Mp3Source? Mp3);
