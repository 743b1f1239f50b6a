using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>Where the segments lie that a playback manifest lists, or listed until lately.</summary>
/// <param name="TrackId">The track that is heard with them; null for segments that only a former manifest lists.</param>
/// <param name="Prefix">Begins the keys of the segments; ends with a slash.</param>
internal sealed record SegmentFolder(Guid? TrackId, string Prefix)
{
    /// <summary>Names are hashes: they are made once for each manifest, not for each segment that is asked for.</summary>
    private static readonly ConditionalWeakTable<PlaybackManifest, FrozenDictionary<string, SegmentFolder>> Known = [];

    /// <summary>The folder with a name; null when the manifest lists none of that name.</summary>
    public static SegmentFolder? Find(PlaybackManifest playback, string mediaName) =>
        Known.GetValue(playback, static known => ByName(known)).GetValueOrDefault(mediaName);

    private static FrozenDictionary<string, SegmentFolder> ByName(PlaybackManifest playback)
    {
        var folders = new Dictionary<string, SegmentFolder>();
        foreach (var part in playback.Parts)
            folders.TryAdd(PlaylistKeys.MediaName(part.HlsPrefix), new SegmentFolder(part.TrackId, part.HlsPrefix));
        foreach (var former in playback.FormerHls)
            folders.TryAdd(PlaylistKeys.MediaName(former), new SegmentFolder(null, former));
        return folders.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
