using System.Globalization;

namespace Audio.Orleans.Contracts.Playlists;

/// <summary>The keys of a playlist's objects.</summary>
public static class PlaylistKeys
{
    /// <summary>Begins the keys of all that belongs to it; ends with a slash.</summary>
    public static string Prefix(Guid playlistId) => $"playlists/{playlistId:D}/";

    /// <summary>Its HLS playlist at a version.</summary>
    public static string Manifest(string prefix, long version) => string.Create(CultureInfo.InvariantCulture, $"{prefix}hls/{version}.m3u8");
}
