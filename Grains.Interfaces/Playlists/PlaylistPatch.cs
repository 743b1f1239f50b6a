using Audio.Orleans.Contracts.Streams;

namespace Audio.Orleans.Contracts.Playlists;

/// <summary>Changes to a playlist; null leaves a field as it is.</summary>
/// <param name="Title">A title.</param>
/// <param name="Description">A description.</param>
/// <param name="Tracks">All tracks anew, in order.</param>
/// <param name="Visibility">Who may find and hear it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="ExpectedRevision">Change it only if this is its revision; null: whatever it is.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.patch")]
public sealed record PlaylistPatch(
    [property: Id(0)] string? Title,
    [property: Id(1)] string? Description,
    [property: Id(2)] ImmutableArray<TrackWish>? Tracks,
    [property: Id(3)] StreamVisibility? Visibility,
    [property: Id(4)] bool? Monetized,
    [property: Id(5)] long? ExpectedRevision);
