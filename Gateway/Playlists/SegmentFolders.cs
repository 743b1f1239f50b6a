using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>A folder of segments that a playback manifest lists, or listed until recently.</summary>
/// <param name="TrackId">The track of the segments; null for segments that only a former manifest lists.</param>
/// <param name="Prefix">The prefix of the segment keys; ends with a slash.</param>
internal sealed record SegmentFolder(Guid? TrackId, string Prefix)
{
    /// <summary>Names are hashes: they are computed once per manifest, not once per requested segment.</summary>
    private static readonly ConditionalWeakTable<PlaybackManifest, FrozenDictionary<string, SegmentFolder>> Known = [];

    /// <summary>The folder with a name; null when the manifest lists no such folder.</summary>
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
