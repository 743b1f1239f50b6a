using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.Tests;

/// <summary>Encodes and decodes audio in memory with the real ffmpeg and ffprobe.</summary>
internal static class Encoded
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static readonly ConcurrentDictionary<string, Lazy<Task<byte[]>>> Made = new();

    /// <summary>Only MP3 frames; a rate below 10 is a VBR quality.</summary>
    public static Task<byte[]> Mp3Async(int kbps, int sampleRate = 44100, int channels = 2, int seconds = 10, string sound = "tone") => MakeAsync(
        sound, sampleRate, channels, seconds,
        [.. kbps < 10 ? ["-q:a", $"{kbps}"] : new[] { "-b:a", $"{kbps}k" }, "-c:a", "libmp3lame", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3"]);

    /// <summary>AAC in ADTS frames.</summary>
    public static Task<byte[]> AacAsync(int kbps, int sampleRate = 44100, int channels = 2, int seconds = 10, string sound = "tone") =>
        MakeAsync(sound, sampleRate, channels, seconds, ["-b:a", $"{kbps}k", "-c:a", "aac", "-f", "adts"]);

    /// <summary>The number of decoded samples per channel, and the warnings of ffmpeg.</summary>
    public static async Task<(long Samples, string Warnings)> DecodeAsync(ReadOnlyMemory<byte> bytes, string format, int sampleRate, int channels)
    {
        var result = await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", "-hide_banner", "-loglevel", "warning", "-nostdin", "-f", format, "-i", "pipe:0", "-f", "s16le", "-c:a", "pcm_s16le", "pipe:1"),
            Deadline, TimeProvider.System, new MemoryStream(bytes.ToArray()), maximalOutput: 64 * 1024 * 1024);
        return (result.Output.Length / 2 / channels, string.Join('\n', result.ErrorTail.Where(line => !IsHarmless(line))));

        // Warnings that ffmpeg gives for every raw MP3 or AAC stream.
        static bool IsHarmless(string line) => line.Contains("Estimating duration", StringComparison.Ordinal) || IsEmpty(line);
        static bool IsEmpty(string line) => line.Length == 0;
    }

    /// <summary>The output of ffprobe for the first stream and its packets.</summary>
    public static async Task<JsonElement> ProbeAsync(ReadOnlyMemory<byte> bytes, string format)
    {
        var result = await ProcessRunner.RunAsync(
            new ProcessCommand("ffprobe", "-hide_banner", "-loglevel", "error", "-f", format, "-show_streams", "-show_packets", "-of", "json", "-i", "pipe:0"),
            Deadline, TimeProvider.System, new MemoryStream(bytes.ToArray()), maximalOutput: 64 * 1024 * 1024);
        return JsonDocument.Parse(result.Text).RootElement;
    }

    /// <summary>All chunks that an assembler makes of some bytes, which it is given in steps of this size.</summary>
    public static List<AudioChunk> Chunks(byte[] bytes, int step = int.MaxValue, FrameAssembler? assembler = null, int milliseconds = 250)
    {
        assembler ??= new FrameAssembler(TimeSpan.FromMilliseconds(milliseconds));
        var chunks = new List<AudioChunk>();
        for (var at = 0; at < bytes.Length; at += Math.Min(step, bytes.Length - at))
        {
            assembler.Write(bytes.AsSpan(at, Math.Min(step, bytes.Length - at)));
            while (assembler.TryRead(out var chunk))
                chunks.Add(chunk!);
        }
        return chunks;
    }

    /// <summary>The bytes of chunks, one after the other.</summary>
    public static byte[] Join(IEnumerable<AudioChunk> chunks) => [.. chunks.SelectMany(chunk => chunk.Bytes.ToArray())];

    /// <summary>The total duration of chunks.</summary>
    public static TimeSpan Sum(IEnumerable<AudioChunk> chunks) => TimeSpan.FromTicks(chunks.Sum(chunk => chunk.Duration.Ticks));

    private static async Task<byte[]> MakeAsync(string sound, int sampleRate, int channels, int seconds, string[] encoding)
    {
        var source = sound switch
        {
            "tone" => $"sine=frequency=440:sample_rate={sampleRate}:duration={seconds}",
            "silence" => $"anullsrc=sample_rate={sampleRate}:duration={seconds}",
            "noise" => $"anoisesrc=sample_rate={sampleRate}:duration={seconds}:seed=1",
            // Two seconds of noise and two of silence in turn: the extreme case for VBR encoders.
            "bursts" => $"anoisesrc=sample_rate={sampleRate}:duration={seconds}:seed=1,volume='if(lt(mod(t,4),2),1,0)':eval=frame",
            _ => throw new ArgumentOutOfRangeException(nameof(sound), sound, null),
        };
        string[] arguments =
            ["-hide_banner", "-loglevel", "error", "-nostdin", "-f", "lavfi", "-i", source, "-ac", channels.ToString(CultureInfo.InvariantCulture), .. encoding, "pipe:1"];
        var made = await Made.GetOrAdd(string.Join(' ', arguments), _ => new Lazy<Task<byte[]>>(async () =>
        {
            var command = new ProcessCommand("ffmpeg", [.. arguments]);
            return (await ProcessRunner.RunAsync(command, Deadline, TimeProvider.System, maximalOutput: 64 * 1024 * 1024)).Output.ToArray();
        })).Value;
        return [.. made]; // A copy, because some tests damage it.
    }
}
