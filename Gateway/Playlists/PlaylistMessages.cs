using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>The body of <c>POST /v1/playlists</c>.</summary>
[Example("""{"title": "Late hours", "description": "Slow music.", "tracks": [{"source_type": "upload", "upload_id": "{{upload_id}}"}], "visibility": "public"}""")]
public sealed record NewPlaylist
{
    /// <summary>Its title, 1 to 200 characters.</summary>
    public string? Title { get; init; }

    /// <summary>Its description, at most 4,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Its tracks in order, at most 1,000.</summary>
    public IReadOnlyList<TrackRequest>? Tracks { get; init; }

    /// <summary><c>public</c> (the default) or <c>private</c>.</summary>
    public Visibility? Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public bool? MonetizationEnabled { get; init; }

    /// <summary>Its name in addresses: a to z, digits and hyphens, at most 60; made of the title by default, and if it is empty.</summary>
    public string? Slug { get; init; }
}

/// <summary>The body of <c>PATCH /v1/playlists/{id}</c>; omitted fields stay unchanged.</summary>
[Example("""{"description": "Slow music until the morning."}""")]
public sealed record PlaylistChanges
{
    /// <summary>The new title.</summary>
    public string? Title { get; init; }

    /// <summary>The new description.</summary>
    public string? Description { get; init; }

    /// <summary>The complete new list of tracks, in order.</summary>
    public IReadOnlyList<TrackRequest>? Tracks { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public Visibility? Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public bool? MonetizationEnabled { get; init; }

    /// <summary>Its name in addresses: a to z, digits and hyphens, at most 60; made of the title by default, and if it is empty.</summary>
    public string? Slug { get; init; }
}

/// <summary>The body of <c>PUT /v1/playlists/{id}/tracks</c>.</summary>
[Example("""{"tracks": [{"source_type": "upload", "upload_id": "{{upload_id}}", "title": "Again"}]}""")]
public sealed record PlaylistTracks
{
    /// <summary>All tracks, in order: existing ones by their <c>track_id</c>, new ones by their source.</summary>
    public IReadOnlyList<TrackRequest>? Tracks { get; init; }
}

/// <summary>A track for a playlist.</summary>
public sealed record TrackRequest
{
    /// <summary>A track that is already in the playlist and stays unchanged; omit for a new track.</summary>
    public Guid? TrackId { get; init; }

    /// <summary><c>upload</c> or <c>external</c>.</summary>
    public TrackSourceType? SourceType { get; init; }

    /// <summary>One of the caller's own uploads, which must be ready.</summary>
    public Guid? UploadId { get; init; }

    /// <summary>An http or https address that returns <c>audio/mpeg</c>.</summary>
    public string? Url { get; init; }

    /// <summary>The title; by default the one in the file.</summary>
    public string? Title { get; init; }

    /// <summary>The artist; by default the one in the file.</summary>
    public string? Artist { get; init; }

    /// <summary>The duration in seconds, until it is measured.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>Maps it to the grain's input.</summary>
    internal TrackInput ToInput() => new(TrackId, SourceType, UploadId, Url, Title, Artist, DurationSeconds);
}

/// <summary>The response to <c>POST /v1/playlists</c>.</summary>
/// <param name="PlaylistId">The new playlist.</param>
/// <param name="StreamUrls">Where to listen to it.</param>
public sealed record PlaylistCreated(Guid PlaylistId, PlaylistUrls StreamUrls);

/// <summary>The response to a change of a playlist.</summary>
/// <param name="PlaylistId">The playlist.</param>
/// <param name="UpdatedFields">The fields whose values changed.</param>
public sealed record PlaylistUpdated(Guid PlaylistId, IReadOnlyList<string> UpdatedFields);

/// <summary>A playlist.</summary>
/// <param name="PlaylistId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">Its description; may be empty.</param>
/// <param name="Visibility">Who may find and hear it.</param>
/// <param name="MonetizationEnabled">Whether listeners need a subscription.</param>
/// <param name="TrackCount">How many tracks it has.</param>
/// <param name="DurationSeconds">The total duration of the tracks whose duration is known, in seconds.</param>
/// <param name="Tracks">Its tracks in order; null in lists.</param>
/// <param name="Plays">How often it was played; owner only, and not in lists.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="UpdatedAt">When its owner last changed it, UTC.</param>
/// <param name="StreamUrls">Where to listen to it.</param>
/// <param name="CoverUrl">Its cover, a JPEG of 600 pixels; null for none.</param>
/// <param name="Covers">Its cover in all sizes; empty for none.</param>
/// <param name="Slug">Its name in addresses: it may stand for the id in the address of these details.</param>
public sealed record PlaylistResponse(
    Guid PlaylistId, Guid OwnerId, string Title, string Description, Visibility Visibility, bool MonetizationEnabled, int TrackCount, double DurationSeconds,
    IReadOnlyList<TrackDescription>? Tracks, long? Plays, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, PlaylistUrls StreamUrls,
    string? CoverUrl, IReadOnlyList<CoverPicture> Covers, string Slug)
{
    /// <summary>Maps the details that the grain returns.</summary>
    public static PlaylistResponse From(PlaylistDetails playlist, long? plays, PublicAddress address) => From(playlist, address) with
    {
        Tracks = [.. playlist.Tracks.Select(TrackDescription.From)],
        Plays = plays,
    };

    /// <summary>Maps a list item.</summary>
    public static PlaylistResponse From(PlaylistDetails playlist, PublicAddress address) =>
        new PlaylistResponse(
            playlist.PlaylistId, playlist.OwnerId, playlist.Title, playlist.Description, playlist.Visibility, playlist.Monetized, playlist.TrackCount,
            Math.Round(playlist.Duration.TotalSeconds, 3), null, null, playlist.CreatedAt, playlist.UpdatedAt, PlaylistUrls.From(playlist.PlaylistId, address),
            CoverPicture.UrlOf(CoverPaths.Playlist(playlist.PlaylistId), playlist.Cover, address), CoverPicture.Of(CoverPaths.Playlist(playlist.PlaylistId), playlist.Cover, address), playlist.Slug);
}

/// <summary>A track of a playlist.</summary>
/// <param name="TrackId">Its id, which stays the same when tracks are reordered.</param>
/// <param name="SourceType"><c>upload</c> or <c>external</c>.</param>
/// <param name="UploadId">The upload; owner only.</param>
/// <param name="Url">The address; owner only.</param>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Artist">Its artist; null for none.</param>
/// <param name="DurationSeconds">Its duration in seconds; null until it is known.</param>
/// <param name="Status"><c>pending</c> while it is fetched, <c>ready</c>, or <c>failed</c>, in which case it is left out.</param>
/// <param name="Error">Why it failed; null otherwise.</param>
public sealed record TrackDescription(
    Guid TrackId, TrackSourceType SourceType, Guid? UploadId, string? Url, string? Title, string? Artist, double? DurationSeconds, TrackStatus Status, string? Error)
{
    /// <summary>Maps the track that the grain returns.</summary>
    public static TrackDescription From(PlaylistTrack track) =>
        new TrackDescription(
            track.TrackId, track.SourceType, track.UploadId, track.Url, track.Title, track.Artist,
            track.Duration is { } duration ? Math.Round(duration.TotalSeconds, 3) : null, track.Status, track.Error);
}

/// <summary>Where to listen to a playlist: absolute URLs if <c>PublicUrl</c> is set, otherwise paths on the requested host.</summary>
/// <param name="Hls">The HLS playlist.</param>
/// <param name="Mp3">All tracks as one MP3.</param>
public sealed record PlaylistUrls(string Hls, string Mp3)
{
    /// <summary>Creates the addresses of a playlist.</summary>
    public static PlaylistUrls From(Guid playlistId, PublicAddress address) =>
        new PlaylistUrls(address.Of($"/v1/playlists/{playlistId:D}/stream.m3u8"), address.Of($"/v1/playlists/{playlistId:D}/stream.mp3"));
}
