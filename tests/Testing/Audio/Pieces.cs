using System.Collections.Concurrent;
using System.Globalization;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Audio;

/// <summary>Short pieces of music with tags, in the formats that DJs use; ffmpeg creates them once per test process.</summary>
public static class Pieces
{
    private static readonly TestFolder Folder = new("pieces");
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Files = new();

    static Pieces() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Dispose();

    /// <summary>An MP3 as tools write it: ID3v2, a Xing frame, the audio and ID3v1; returns its path.</summary>
    /// <param name="title">Its title; also distinguishes pieces that are otherwise the same.</param>
    /// <param name="seconds">How long it plays.</param>
    /// <param name="kbps">Its rate.</param>
    /// <param name="sampleRate">In Hz.</param>
    /// <param name="channels">1 or 2.</param>
    public static Task<string> Mp3Async(string title, double seconds = 7, int kbps = 128, int sampleRate = 44100, int channels = 2) => MakeAsync(
        title, "mp3", seconds, sampleRate, channels, "-c:a", "libmp3lame", "-b:a", $"{kbps}k", "-write_xing", "1", "-id3v2_version", "3", "-write_id3v1", "1");

    /// <summary>FLAC; returns its path.</summary>
    public static Task<string> FlacAsync(string title, double seconds = 7) => MakeAsync(title, "flac", seconds, 48000, 2, "-c:a", "flac");

    /// <summary>AAC in an M4A; returns its path.</summary>
    public static Task<string> M4aAsync(string title, double seconds = 7) => MakeAsync(title, "m4a", seconds, 44100, 2, "-c:a", "aac", "-b:a", "96k");

    private static Task<string> MakeAsync(string title, string extension, double seconds, int sampleRate, int channels, params string[] encoding)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{title}-{seconds}-{sampleRate}-{channels}-{string.Join('_', encoding).GetHashCode(StringComparison.Ordinal):x}.{extension}");
        return Files.GetOrAdd(name, _ => new Lazy<Task<string>>(async () =>
        {
            var path = Folder[name];
            // Each title has its own tone, which identifies the piece. Both ends are silent, so that no piece needs a join with the next.
            var tone = 300 + (title.Sum(c => c) % 40 * 20);
            var sound = string.Create(CultureInfo.InvariantCulture, $"sine=frequency={tone}:sample_rate={sampleRate}:duration={seconds},volume=0:enable='lt(t,0.1)+gt(t,{seconds - 0.1})'");
            var command = new ProcessCommand("ffmpeg",
            [
                "-hide_banner", "-loglevel", "error", "-nostdin", "-f", "lavfi", "-i", sound, "-ac", channels.ToString(CultureInfo.InvariantCulture),
                "-metadata", $"title={title}", "-metadata", "artist=Somebody", .. encoding, path,
            ]);
            await ProcessRunner.RunAsync(command, TimeSpan.FromMinutes(1), TimeProvider.System);
            return path;
        })).Value;
    }
}
