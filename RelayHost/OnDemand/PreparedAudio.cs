using System.Collections.Immutable;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>A file to prepare for listeners.</summary>
/// <param name="Prefix">Begins the keys of all that is made of it; ends with a slash.</param>
/// <param name="SourceKey">The file.</param>
/// <param name="Kind">What its content is.</param>
/// <param name="RenditionsKbps">AAC qualities to offer beside the source's, in kbit/s; may be empty.</param>
/// <param name="TargetLufs">The loudness to bring it to; null leaves it.</param>
public sealed record PreparationRequest(string Prefix, string SourceKey, AudioFileKind Kind, ImmutableArray<int> RenditionsKbps, double? TargetLufs);

/// <summary>A file that listeners can have.</summary>
/// <param name="Tags">What its tags say.</param>
/// <param name="BitsPerSecond">Its rate; null when unknown.</param>
/// <param name="Mp3Key">The object with it as MP3.</param>
/// <param name="Mp3">Where the frames lie in that object.</param>
/// <param name="PlaylistKey">The object with its media playlist of MP3, with addresses relative to it: all tracks of a playlist have one codec.</param>
/// <param name="HasArt">Whether there is a cover.</param>
/// <param name="Warning">What is wrong with the file, though it can be heard, as a sentence; null for nothing.</param>
public sealed record PreparedAudio(FileTags Tags, int? BitsPerSecond, string Mp3Key, AudioSpan Mp3, string PlaylistKey, bool HasArt, string? Warning);

/// <summary>The names of what a preparation puts under its prefix.</summary>
public static class PreparedNames
{
    /// <summary>The playlist that players are given: the media playlist, or the multivariant one where there are renditions.</summary>
    public const string Manifest = "hls/manifest.m3u8";

    /// <summary>The source's media playlist beside a multivariant one.</summary>
    public const string Source = "hls/source.m3u8";

    /// <summary>The media playlist of MP3 beside one of AAC: players cannot be relied on to change the codec between tracks.</summary>
    public const string Mp3Playlist = "hls/mp3.m3u8";

    /// <summary>The file as MP3, where it came as something else or was made louder.</summary>
    public const string Mp3 = "audio.mp3";

    /// <summary>The waveform.</summary>
    public const string Waveform = "waveform.json";

    /// <summary>The cover.</summary>
    public const string Art = "art";
}
