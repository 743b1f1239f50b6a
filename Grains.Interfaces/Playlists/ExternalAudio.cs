using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>The state of an external address. With neither audio nor error, it is being fetched.</summary>
/// <param name="Audio">The fetched audio; null before it was fetched.</param>
/// <param name="Error">Why it cannot be played, as a sentence.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.external-audio")]
public sealed record ExternalAudio([property: Id(0)] MediaAsset? Audio, [property: Id(1)] string? Error);

/// <summary>What a job has to fetch.</summary>
/// <param name="Url">The address.</param>
/// <param name="Prefix">The key prefix to store it under; ends with a slash.</param>
/// <param name="ETag">The entity tag of the stored version; null if there is none.</param>
/// <param name="LastModified">Its <c>Last-Modified</c> time; null if there is none.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.external-work")]
public sealed record ExternalWork(
    [property: Id(0)] string Url, [property: Id(1)] string Prefix, [property: Id(2)] string? ETag, [property: Id(3)] string? LastModified)
{
    /// <summary>Keeps URLs, which may contain secrets, out of logs.</summary>
    public override string ToString() => "ExternalWork";
}

/// <summary>The result of a fetch.</summary>
/// <param name="Audio">The prepared audio; null if the stored version is current (304).</param>
/// <param name="ETag">Its entity tag; null for none.</param>
/// <param name="LastModified">Its <c>Last-Modified</c> time; null if there is none.</param>
/// <param name="Lifetime">How long the server allows it to be cached; null if it does not say.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.external-fetched")]
public sealed record ExternalFetched(
    [property: Id(0)] MediaAsset? Audio, [property: Id(1)] string? ETag, [property: Id(2)] string? LastModified, [property: Id(3)] TimeSpan? Lifetime);
