using System.Text.Json.Serialization;

namespace AudioOrleans.Grains.Interfaces.Media;

/// <summary>Audio in the object store that is prepared for listeners: an upload, or a file from an external address.</summary>
/// <param name="Title">By its tags; null for none.</param>
/// <param name="Artist">By its tags; null for none.</param>
/// <param name="Album">By its tags; null for none.</param>
/// <param name="BitsPerSecond">Its rate.</param>
/// <param name="Mp3">The same as MP3.</param>
/// <param name="PlaylistKey">Its media playlist of MP3.</param>
/// <param name="HasArt">Whether there is a cover.</param>
/// <param name="Warning">What is wrong with the file, though it can be heard, as a sentence; null for nothing.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.prepared")]
public sealed record MediaAsset(
    [property: Id(0)] string? Title,
    [property: Id(1)] string? Artist,
    [property: Id(2)] string? Album,
    [property: Id(3)] int? BitsPerSecond,
    [property: Id(4)] Mp3Source Mp3,
    [property: Id(5)] string PlaylistKey,
    [property: Id(6)] bool HasArt,
    [property: Id(7)] string? Warning = null);

/// <summary>MP3 frames in the store.</summary>
/// <param name="Key">The object.</param>
/// <param name="Offset">Where they begin in it, in bytes.</param>
/// <param name="Length">How many bytes they are.</param>
/// <param name="Duration">How long they play.</param>
/// <param name="SampleRate">In Hz; 0 when it changes on the way.</param>
/// <param name="Channels">1 or 2; 0 when they change on the way.</param>
/// <param name="Positions">Where each six seconds begin, in bytes from <paramref name="Offset"/>; empty where the rate is constant, null where nobody has looked.</param>
/// <param name="Padding">The silence that an encoder put around the sound; null where that is not known.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.mp3-source")]
public sealed record Mp3Source(
    [property: Id(0)] string Key,
    [property: Id(1)] long Offset,
    [property: Id(2)] long Length,
    [property: Id(3)] TimeSpan Duration,
    [property: Id(4)] int SampleRate,
    [property: Id(5)] int Channels,
    [property: Id(6)] ImmutableArray<int>? Positions = null,
    [property: Id(7)] SoundPadding? Padding = null)
{
    /// <summary>Whether it is known that the rate is constant.</summary>
    [JsonIgnore]
    public bool IsConstant => Positions is { IsEmpty: true };
}

/// <summary>The silence that an encoder put around the sound, in samples of what a decoder gives.</summary>
/// <param name="Start">Before the sound.</param>
/// <param name="End">Behind it.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.sound-padding")]
public sealed record SoundPadding([property: Id(0)] int Start, [property: Id(1)] int End);
