using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Audio.Orleans.Contracts.Playlists;

/// <summary>The keys of a playlist's objects.</summary>
public static class PlaylistKeys
{
    /// <summary>Begins the keys of all that belongs to it; ends with a slash.</summary>
    public static string Prefix(Guid playlistId) => $"playlists/{playlistId:D}/";

    /// <summary>Its HLS playlist at a version.</summary>
    public static string Manifest(string prefix, long version) => string.Create(CultureInfo.InvariantCulture, $"{prefix}hls/{version}.m3u8");

    /// <summary>The name under which the files of a track stand in a playlist: one that changes with them, so that caches may keep them for ever.</summary>
    /// <param name="hlsKey">Any object of the track's HLS folder.</param>
    public static string MediaName(string hlsKey)
    {
        ArgumentNullException.ThrowIfNull(hlsKey);
        var folder = hlsKey[..(hlsKey.LastIndexOf('/') + 1)];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 10));
    }
}
