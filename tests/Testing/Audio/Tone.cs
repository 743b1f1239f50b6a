using System.Collections.Concurrent;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Audio;

/// <summary>Audio files that ffmpeg creates once per test process.</summary>
public static class Tone
{
    private static readonly TestFolder Folder = new("tones");
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Files = new();

    static Tone() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Folder.Dispose();

    /// <summary>An MP3 at a constant rate; returns its path.</summary>
    public static Task<string> Mp3Async(int kbps = 128, int seconds = 30, int sampleRate = 44100) => MakeAsync(
        $"{kbps}-{seconds}-{sampleRate}.mp3", seconds, sampleRate, "-c:a", "libmp3lame", "-b:a", $"{kbps}k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3");

    /// <summary>AAC in ADTS frames; returns its path.</summary>
    public static Task<string> AacAsync(int kbps = 96, int seconds = 30, int sampleRate = 44100) =>
        MakeAsync($"{kbps}-{seconds}-{sampleRate}.aac", seconds, sampleRate, "-c:a", "aac", "-b:a", $"{kbps}k", "-f", "adts");

    /// <summary>An MP3 of noise: no two parts of it are the same, so the bytes show their position in the file.</summary>
    public static Task<string> NoiseMp3Async(int kbps = 128, int seconds = 30) => MakeAsync(
        $"noise-{kbps}-{seconds}.mp3", $"anoisesrc=sample_rate=44100:duration={seconds}:seed=1",
        "-c:a", "libmp3lame", "-b:a", $"{kbps}k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3");

    private static Task<string> MakeAsync(string name, int seconds, int sampleRate, params string[] encoding) =>
        MakeAsync(name, $"sine=frequency=440:sample_rate={sampleRate}:duration={seconds}", encoding);

    private static Task<string> MakeAsync(string name, string sound, params string[] encoding) => Files.GetOrAdd(name, _ => new Lazy<Task<string>>(async () =>
    {
        var path = Folder[name];
        var command = new ProcessCommand(
            "ffmpeg", ["-hide_banner", "-loglevel", "error", "-nostdin", "-f", "lavfi", "-i", sound, "-ac", "2", .. encoding, path]);
        await ProcessRunner.RunAsync(command, TimeSpan.FromMinutes(1), TimeProvider.System);
        return path;
    })).Value;
}
