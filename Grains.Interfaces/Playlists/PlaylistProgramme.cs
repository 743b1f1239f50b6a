using Audio.Orleans.Contracts.Access;
using Audio.Orleans.Contracts.Streams;
using Audio.Orleans.Contracts.Uploads;

namespace Audio.Orleans.Contracts.Playlists;

/// <summary>What a gateway must know to let listeners hear a playlist without asking each time.</summary>
/// <param name="OwnerId">The owner, who may always listen.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether a subscription is needed as well.</param>
/// <param name="Version">Names what there is to hear: it changes with each of the following members.</param>
/// <param name="ManifestKey">The object with its HLS playlist; null before it is built.</param>
/// <param name="Parts">What can be heard, in order.</param>
/// <param name="IsComplete">Whether all parts have their MP3: its length is known then.</param>
/// <param name="FormerHls">Prefixes of segments that manifests listed until lately: who plays one of those may still fetch them.</param>
/// <param name="Invited">Who was invited to it.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.programme")]
public sealed record PlaylistProgramme(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] StreamVisibility Visibility,
    [property: Id(2)] bool Monetized,
    [property: Id(3)] long Version,
    [property: Id(4)] string? ManifestKey,
    [property: Id(5)] ImmutableArray<ProgrammePart> Parts,
    [property: Id(6)] bool IsComplete,
    [property: Id(7)] ImmutableArray<string> FormerHls,
    [property: Id(8)] Invitations Invited);

/// <summary>A track as it is sent, or a part of it: where it goes over from the one before, that is a part of its own.</summary>
/// <param name="TrackId">The track.</param>
/// <param name="HlsPrefix">Begins the keys of its segments; ends with a slash.</param>
/// <param name="Mp3">Its MP3 in the playlist's format; null while that is being made.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.programme-part")]
public sealed record ProgrammePart([property: Id(0)] Guid TrackId, [property: Id(1)] string HlsPrefix, [property: Id(2)] Mp3Source? Mp3);
