using AudioOrleans.Gateway.Descriptions;
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
