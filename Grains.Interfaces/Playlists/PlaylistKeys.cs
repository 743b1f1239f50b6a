using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>The keys of a playlist's objects.</summary>
public static class PlaylistKeys
{
    // MPEG-TS timestamps wrap after about a day.
    private const long Clock = 90_000;
    private const long ClockModulus = 1L << 33;

    /// <summary>The key prefix of all of its objects; ends with a slash.</summary>
    public static string Prefix(Guid playlistId) => $"playlists/{playlistId:D}/";

    /// <summary>The HLS playlist of a version.</summary>
    public static string Manifest(string prefix, long version) => string.Create(CultureInfo.InvariantCulture, $"{prefix}hls/{version}.m3u8");

    /// <summary>The key prefix of the join between two tracks; ends with a slash.</summary>
    /// <param name="prefix">The playlist's prefix.</param>
    /// <param name="firstKey">The MP3 of the first track.</param>
    /// <param name="secondKey">The MP3 of the second track.</param>
    public static string Join(string prefix, string firstKey, string secondKey) =>
        $"{prefix}joins/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{firstKey}\n{secondKey}")).AsSpan(0, 12))}/";

    /// <summary>The folder of a track's segments in a playlist's URLs: its media name, and its start in the playlist.</summary>
    /// <param name="hlsKey">Any object of the track's HLS folder.</param>
    /// <param name="start">The start of the track: the offset of its segments from their time in its own file.</param>
    public static string SegmentFolder(string hlsKey, TimeSpan start) =>
        string.Create(CultureInfo.InvariantCulture, $"{MediaName(hlsKey)}-{start.Ticks * Clock / TimeSpan.TicksPerSecond % ClockModulus}");

    /// <summary>Parses the result of <see cref="SegmentFolder"/>, with the start at 90 kHz; older manifests contain the media name only.</summary>
    public static bool TryReadSegmentFolder(string folder, out string mediaName, out long ticks)
    {
        var dash = folder.LastIndexOf('-');
        (mediaName, ticks) = (dash < 0 ? folder : folder[..dash], 0);
        return dash < 0 || (long.TryParse(folder.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ticks) && ticks < ClockModulus);
    }

    /// <summary>The name of a track's files in a playlist. It changes with the files, so that caches may keep them forever.</summary>
    /// <param name="hlsKey">Any object of the track's HLS folder.</param>
    public static string MediaName(string hlsKey)
    {
        var folder = hlsKey[..(hlsKey.LastIndexOf('/') + 1)];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder)).AsSpan(0, 10));
    }
}
