using System.Text.Json.Serialization;

namespace AudioOrleans.Grains.Interfaces.Media;

/// <summary>Audio in the object store, prepared for listeners: an upload, or a file from an external address.</summary>
/// <param name="Title">From its tags; null for none.</param>
/// <param name="Artist">From its tags; null for none.</param>
/// <param name="Album">From its tags; null for none.</param>
/// <param name="BitsPerSecond">Its bit rate.</param>
/// <param name="Mp3">The same audio as MP3.</param>
/// <param name="PlaylistKey">The object key of its MP3 media playlist.</param>
/// <param name="HasArt">Whether it has cover art.</param>
/// <param name="Warning">A problem with the file that does not prevent playback, as a sentence; null if there is none.</param>
/// <param name="Chapters">From its tags, in order; null for none.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.prepared")]
public sealed record MediaAsset(
    [property: Id(0)] string? Title,
    [property: Id(1)] string? Artist,
    [property: Id(2)] string? Album,
    [property: Id(3)] int? BitsPerSecond,
    [property: Id(4)] Mp3Source Mp3,
    [property: Id(5)] string PlaylistKey,
    [property: Id(6)] bool HasArt,
    [property: Id(7)] string? Warning = null,
    [property: Id(8)] ImmutableArray<Chapter>? Chapters = null)
{
    /// <summary>The size of its MP3 with what precedes the audio, in bytes: what is sent of it as a file.</summary>
    [JsonIgnore]
    public long FileLength => Mp3.Offset + Mp3.Length;
}

/// <summary>A chapter (<c>podcast:chapters</c>, JSON Chapters 1.2).</summary>
/// <param name="StartSeconds">Where it starts, in seconds.</param>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Url">A link; null for none.</param>
/// <param name="ImageUrl">A picture; null for none.</param>
/// <param name="EndSeconds">Where it ends; null for the next one's start.</param>
/// <param name="IsHidden">Whether players leave it out of their lists (<c>"toc": false</c>).</param>
[GenerateSerializer, Immutable, Alias("audio.media.chapter")]
public sealed record Chapter(
    [property: Id(0)] double StartSeconds,
    [property: Id(1)] string? Title,
    [property: Id(2)] string? Url,
    [property: Id(3)] string? ImageUrl,
    [property: Id(4)] double? EndSeconds,
    [property: Id(5)] bool IsHidden);

/// <summary>MP3 frames in the object store.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Offset">Their start in the object, in bytes.</param>
/// <param name="Length">Their length in bytes.</param>
/// <param name="Duration">How long they play.</param>
/// <param name="SampleRate">In Hz; 0 if it varies.</param>
/// <param name="Channels">1 or 2; 0 if they vary.</param>
/// <param name="Positions">The start of each six seconds, in bytes from <paramref name="Offset"/>; empty if the bit rate is constant, null if unknown.</param>
/// <param name="Padding">The silence that the encoder added around the sound; null if unknown.</param>
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
    /// <summary>Whether the bit rate is known to be constant.</summary>
    [JsonIgnore]
    public bool IsConstant => Positions is { IsEmpty: true };
}

/// <summary>The silence that an encoder added around the sound, in samples of decoder output.</summary>
/// <param name="Start">Before the sound.</param>
/// <param name="End">After the sound.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.sound-padding")]
public sealed record SoundPadding([property: Id(0)] int Start, [property: Id(1)] int End);
