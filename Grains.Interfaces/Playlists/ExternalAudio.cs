using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>What is known of an address outside. Without audio and error it is being fetched.</summary>
/// <param name="Audio">What it gave; null before it was fetched.</param>
/// <param name="Error">Why it cannot be heard, as a sentence.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.external-audio")]
public sealed record ExternalAudio([property: Id(0)] MediaAsset? Audio, [property: Id(1)] string? Error);

/// <summary>What a job is to fetch.</summary>
/// <param name="Url">The address.</param>
/// <param name="Prefix">Where to put it; ends with a slash.</param>
/// <param name="ETag">The tag of what is there already; null for nothing.</param>
/// <param name="LastModified">Its time as the server told it; null for none.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.external-work")]
public sealed record ExternalWork(
    [property: Id(0)] string Url, [property: Id(1)] string Prefix, [property: Id(2)] string? ETag, [property: Id(3)] string? LastModified)
{
    /// <summary>Keeps addresses, which may hold keys, out of logs.</summary>
    public override string ToString() => "ExternalWork";
}

/// <summary>What a server gave.</summary>
/// <param name="Audio">What became of it; null when it is what was there already (304).</param>
/// <param name="ETag">Its tag; null for none.</param>
/// <param name="LastModified">Its time as the server told it; null for none.</param>
/// <param name="Lifetime">How long it may be kept by what the server says; null when it does not.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.external-fetched")]
public sealed record ExternalFetched(
    [property: Id(0)] MediaAsset? Audio, [property: Id(1)] string? ETag, [property: Id(2)] string? LastModified, [property: Id(3)] TimeSpan? Lifetime);
