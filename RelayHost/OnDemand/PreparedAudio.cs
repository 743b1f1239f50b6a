using System.Collections.Immutable;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>A file to prepare for listeners.</summary>
/// <param name="Prefix">Prefix of the keys of all resulting objects; ends with a slash.</param>
/// <param name="SourceKey">The key of the file.</param>
/// <param name="Kind">The kind of its content.</param>
/// <param name="RenditionsKbps">AAC qualities to offer in addition to the source's, in kbit/s; may be empty.</param>
/// <param name="TargetLufs">The target loudness; null leaves it unchanged.</param>
public sealed record PreparationRequest(string Prefix, string SourceKey, AudioFileKind Kind, ImmutableArray<int> RenditionsKbps, double? TargetLufs);

/// <summary>A file that is ready for listeners.</summary>
/// <param name="Tags">The tags of the file.</param>
/// <param name="BitsPerSecond">Its bitrate; null when unknown.</param>
/// <param name="Mp3Key">The key of its MP3.</param>
/// <param name="Mp3">The position of the frames in that object.</param>
/// <param name="PlaylistKey">The key of its MP3 media playlist, with URIs relative to it: all tracks of a playlist have one codec.</param>
/// <param name="HasArt">Whether there is a cover.</param>
/// <param name="Warning">What is wrong with the file, although it is playable, as a sentence; null for nothing.</param>
public sealed record PreparedAudio(FileTags Tags, int? BitsPerSecond, string Mp3Key, AudioSpan Mp3, string PlaylistKey, bool HasArt, string? Warning);

/// <summary>The names of the objects that a preparation puts under its prefix.</summary>
public static class PreparedNames
{
    /// <summary>The playlist for players: the media playlist, or the multivariant playlist where there are renditions.</summary>
    public const string Manifest = "hls/manifest.m3u8";

    /// <summary>The source's media playlist, next to a multivariant playlist.</summary>
    public const string Source = "hls/source.m3u8";

    /// <summary>The MP3 media playlist next to an AAC one: not all players can change the codec between tracks.</summary>
    public const string Mp3Playlist = "hls/mp3.m3u8";

    /// <summary>The file as MP3, if it was in another format or its loudness was changed.</summary>
    public const string Mp3 = "audio.mp3";

    /// <summary>The waveform.</summary>
    public const string Waveform = "waveform.json";

    /// <summary>The cover.</summary>
    public const string Art = "art";
}

/// <summary>A file is permanently unusable. The message is a sentence for the uploader.</summary>
public sealed class UnusableAudioException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The playing time exceeds the maximum.</summary>
    public static UnusableAudioException TooLong() => new($"The audio is longer than {AudioEncoder.MostHours} hours.");

    /// <summary>It contains no playable audio.</summary>
    public static UnusableAudioException NoAudio() => new("The file contains no audio that can be played; it may be empty, cut off or damaged.");
}
