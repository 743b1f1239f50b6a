using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>The keys of a playlist's objects.</summary>
public static class PlaylistKeys
{
    // Of the timestamps of transport streams, which begin anew after a day.
    private const long Clock = 90_000;
    private const long ClockModulus = 1L << 33;

    /// <summary>Begins the keys of all that belongs to it; ends with a slash.</summary>
    public static string Prefix(Guid playlistId) => $"playlists/{playlistId:D}/";

    /// <summary>Its HLS playlist at a version.</summary>
    public static string Manifest(string prefix, long version) => string.Create(CultureInfo.InvariantCulture, $"{prefix}hls/{version}.m3u8");

    /// <summary>Begins the keys of what is heard between two tracks; ends with a slash.</summary>
    /// <param name="prefix">The playlist's.</param>
    /// <param name="firstKey">The MP3 of the one that ends.</param>
    /// <param name="secondKey">The MP3 of the one that begins.</param>
    public static string Join(string prefix, string firstKey, string secondKey) =>
        $"{prefix}joins/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{firstKey}\n{secondKey}")).AsSpan(0, 12))}/";

    /// <summary>The folder of a track's segments in a playlist's addresses: its media name, and where it begins in the playlist.</summary>
    /// <param name="hlsKey">Any object of the track's HLS folder.</param>
    /// <param name="start">When the track begins: so much later than in its own file its segments play.</param>
    public static string SegmentFolder(string hlsKey, TimeSpan start) =>
        string.Create(CultureInfo.InvariantCulture, $"{MediaName(hlsKey)}-{start.Ticks * Clock / TimeSpan.TicksPerSecond % ClockModulus}");

    /// <summary>Reads what <see cref="SegmentFolder"/> wrote, the start at 90 kHz; manifests that were built earlier name the media alone.</summary>
    public static bool TryReadSegmentFolder(string folder, out string mediaName, out long ticks)
    {
        var dash = folder.LastIndexOf('-');
        (mediaName, ticks) = (dash < 0 ? folder : folder[..dash], 0);
        return dash < 0 || (long.TryParse(folder.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ticks) && ticks < ClockModulus);
    }

    /// <summary>The name under which the files of a track stand in a playlist: one that changes with them, so that caches may keep them for ever.</summary>
    /// <param name="hlsKey">Any object of the track's HLS folder.</param>
    public static string MediaName(string hlsKey)
    {
        var folder = hlsKey[..(hlsKey.LastIndexOf('/') + 1)];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 10));
    }
}
