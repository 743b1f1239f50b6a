using Audio.Orleans.Contracts.Access;
using Audio.Orleans.Contracts.Streams;

namespace Audio.Orleans.Contracts.Playlists;

/// <summary>A playlist.</summary>
/// <param name="PlaylistId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">Its description; may be empty.</param>
/// <param name="Visibility">Who may find and hear it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Tracks">Its tracks in order; empty in lists.</param>
/// <param name="TrackCount">How many tracks it has.</param>
/// <param name="Duration">How long those play whose length is known.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="UpdatedAt">When its owner changed it last, UTC.</param>
/// <param name="Revision">Rises with each change that its owner makes.</param>
/// <param name="Invited">Who was invited to it; nobody in lists.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.details")]
public sealed record PlaylistDetails(
    [property: Id(0)] Guid PlaylistId,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] string Title,
    [property: Id(3)] string Description,
    [property: Id(4)] StreamVisibility Visibility,
    [property: Id(5)] bool Monetized,
    [property: Id(6)] ImmutableArray<PlaylistTrack> Tracks,
    [property: Id(7)] int TrackCount,
    [property: Id(8)] TimeSpan Duration,
    [property: Id(9)] DateTimeOffset CreatedAt,
    [property: Id(10)] DateTimeOffset UpdatedAt,
    [property: Id(11)] long Revision,
    [property: Id(12)] Invitations Invited);

/// <summary>Where a track stands.</summary>
public enum TrackStatus
{
    /// <summary>It is being fetched.</summary>
    Pending,

    /// <summary>It can be heard.</summary>
    Ready,

    /// <summary>It cannot be heard, and is left out.</summary>
    Failed,
}

/// <summary>A track of a playlist.</summary>
/// <param name="TrackId">Its id, which stays when tracks are put in another order.</param>
/// <param name="SourceType">Where it comes from.</param>
/// <param name="UploadId">The upload; null for others.</param>
/// <param name="Url">The address, for the owner only; null for others.</param>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Artist">Its artist; null for none.</param>
/// <param name="Duration">How long it plays; null before that is known.</param>
/// <param name="Status">Where it stands.</param>
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
    /// <summary>Keeps addresses, which may hold keys, out of logs.</summary>
    public override string ToString() => $"PlaylistTrack {TrackId:D}";
}
