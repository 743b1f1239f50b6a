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

/// <summary>The body of <c>PATCH /v1/playlists/{id}</c>; what is left out stays as it is.</summary>
[Example("""{"description": "Slow music until the morning."}""")]
public sealed record PlaylistChanges
{
    /// <summary>Another title.</summary>
    public string? Title { get; init; }

    /// <summary>Another description.</summary>
    public string? Description { get; init; }

    /// <summary>All tracks anew, in order.</summary>
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
    /// <summary>All tracks, in order: those that are to stay by their <c>track_id</c>, new ones by their source.</summary>
    public IReadOnlyList<TrackRequest>? Tracks { get; init; }
}

/// <summary>A track that is wanted in a playlist.</summary>
public sealed record TrackRequest
{
    /// <summary>A track that is in the playlist already and stays as it is; leave out for a new one.</summary>
    public Guid? TrackId { get; init; }

    /// <summary><c>upload</c> or <c>external</c>.</summary>
    public TrackSourceType? SourceType { get; init; }

    /// <summary>One of one's own uploads, which must be ready.</summary>
    public Guid? UploadId { get; init; }

    /// <summary>An http or https address that gives <c>audio/mpeg</c>.</summary>
    public string? Url { get; init; }

    /// <summary>What to call it; what its file says unless told.</summary>
    public string? Title { get; init; }

    /// <summary>Who plays it; what its file says unless told.</summary>
    public string? Artist { get; init; }

    /// <summary>How long it plays, until that is measured.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>As the grain wants it.</summary>
    internal TrackInput ToInput() => new(TrackId, SourceType, UploadId, Url, Title, Artist, DurationSeconds);
}
