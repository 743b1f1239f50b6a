using Audio.Orleans.Contracts.Streams;

namespace Audio.Orleans.Contracts.Playlists;

/// <summary>A wish to make a playlist.</summary>
/// <param name="OwnerId">The maker's account.</param>
/// <param name="Title">Its title, 1 to 200 characters.</param>
/// <param name="Description">Its description; may be empty.</param>
/// <param name="Tracks">Its tracks in order.</param>
/// <param name="Visibility">Who may find and hear it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.create")]
public sealed record CreatePlaylist(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] string Title,
    [property: Id(2)] string Description,
    [property: Id(3)] ImmutableArray<TrackWish> Tracks,
    [property: Id(4)] StreamVisibility Visibility,
    [property: Id(5)] bool Monetized);
