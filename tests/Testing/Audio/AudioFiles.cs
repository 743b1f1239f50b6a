using System.Collections.Concurrent;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Audio;

/// <summary>Audio files of all kinds, with tags and covers; ffmpeg creates them once per test process.</summary>
public static class AudioFiles
{
    private static readonly TestFolder Folder = new("files");
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Files = new();

    static AudioFiles() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Dispose();

    /// <summary>A tone in the format that the extension names; returns its path.</summary>
    public static Task<string> ToneAsync(string extension, int seconds = 8, int sampleRate = 44100, int channels = 2) => MakeAsync(
        $"tone-{seconds}-{sampleRate}-{channels}.{extension}", "-f", "lavfi", "-i", $"sine=frequency=440:sample_rate={sampleRate}:duration={seconds}", "-ac", $"{channels}");

    /// <summary>The same with the title, artist and album <c>A title</c>, <c>An artist</c>, <c>An album</c>.</summary>
    public static Task<string> TaggedAsync(string extension, int seconds = 8) => MakeAsync(
        $"tagged-{seconds}.{extension}", ["-f", "lavfi", "-i", $"sine=frequency=440:sample_rate=44100:duration={seconds}", "-ac", "2", .. Tags]);

    /// <summary>An MP3 with the same tags and a cover, encoded as <c>png</c> or <c>mjpeg</c>.</summary>
    public static Task<string> WithCoverAsync(string codec = "png", int seconds = 8) => MakeAsync(
        $"cover-{codec}-{seconds}.mp3",
        [
            "-f", "lavfi", "-i", $"sine=frequency=440:sample_rate=44100:duration={seconds}", "-f", "lavfi", "-i", "color=red:size=64x64:duration=0.04", "-map", "0", "-map", "1",
            "-frames:v", "1", "-ac", "2", "-c:a", "libmp3lame", "-b:a", "128k", "-c:v", codec, "-disposition:v", "attached_pic", "-id3v2_version", "3", .. Tags,
        ]);

    /// <summary>Creates a file of this name by running ffmpeg with these arguments; returns its path.</summary>
    public static Task<string> MakeAsync(string name, params string[] arguments) => Files.GetOrAdd(name, _ => new Lazy<Task<string>>(async () =>
    {
        var path = Folder[name];
        var command = new ProcessCommand("ffmpeg", ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", .. arguments, path]);
        await ProcessRunner.RunAsync(command, TimeSpan.FromMinutes(1), TimeProvider.System);
        return path;
    })).Value;

    private static string[] Tags => ["-metadata", "title=A title", "-metadata", "artist=An artist", "-metadata", "album=An album"];
}
