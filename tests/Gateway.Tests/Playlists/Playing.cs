using System.Globalization;
using System.Text.RegularExpressions;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Gateway.Tests.Playlists;

/// <summary>Listens as players do.</summary>
internal static partial class Playing
{
    private static readonly string[] Complaints = ["Invalid data", "Header missing", "Error while decoding", "invalid new backstep", "Non-monotonous", "overread"];

    /// <summary>What stands at the start of a frame that holds no sound but tells of the file.</summary>
    private static readonly byte[][] Descriptions = ["Xing"u8.ToArray(), "Info"u8.ToArray(), "VBRI"u8.ToArray()];

    /// <summary>Has ffmpeg play an address or a file to its end; returns how many seconds of sound came out.</summary>
    /// <param name="input">The address or file.</param>
    /// <param name="mayComplain">Whether ffmpeg may find something wrong with it.</param>
    /// <param name="before">What ffmpeg is told about the input, such as where to begin.</param>
    public static async Task<double> PlayAsync(string input, bool mayComplain = false, params string[] before)
    {
        var played = await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning", .. before, "-i", input, "-map", "0:a:0", "-ac", "1", "-ar", "8000", "-f", "s16le", "-"]),
            TimeSpan.FromMinutes(1), TimeProvider.System);
        var said = string.Join('\n', played.ErrorTail);
        if (!mayComplain)
            Assert.All(Complaints, complaint => Assert.DoesNotContain(complaint, said, StringComparison.OrdinalIgnoreCase));
        return played.Output.Length / 2 / 8000.0;
    }

    /// <summary>When ffmpeg finds each packet of an address to play, in seconds.</summary>
    public static async Task<List<double>> TimestampsAsync(string input)
    {
        var read = await ProcessRunner.RunAsync(
            new ProcessCommand("ffprobe", "-hide_banner", "-loglevel", "error", "-show_entries", "packet=pts_time", "-of", "csv=p=0", input), TimeSpan.FromMinutes(1), TimeProvider.System);
        return [.. read.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line.TrimEnd(','), CultureInfo.InvariantCulture))];
    }

    /// <summary>How long ffprobe takes an address to be before it has read it, in seconds.</summary>
    public static async Task<double> DurationAsync(string input)
    {
        var read = await ProcessRunner.RunAsync(
            new ProcessCommand("ffprobe", "-hide_banner", "-loglevel", "error", "-show_entries", "format=duration", "-of", "csv=p=0", input), TimeSpan.FromMinutes(1), TimeProvider.System);
        return double.Parse(read.Text.Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>Bytes in a file, played.</summary>
    public static async Task<double> PlayAsync(byte[] mp3, bool mayComplain = false)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, mp3);
            return await PlayAsync(path, mayComplain);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A playlist's MP3 without its first frame, which describes it and no other does.</summary>
    public static byte[] WithoutDescription(byte[] mp3)
    {
        Assert.True(FrameHeader.TryRead(mp3, out var frame));
        Assert.True(XingFrame.TryRead(mp3.AsSpan(0, frame.Length), out _));
        return mp3[frame.Length..];
    }

    /// <summary>Reads bytes that must be MP3 frames of one format without anything between them; returns how long they play.</summary>
    public static TimeSpan ReadFrames(byte[] mp3, int sampleRate, int channels)
    {
        var frames = new FrameAssembler(TimeSpan.FromSeconds(1));
        frames.Write(mp3);
        var duration = TimeSpan.Zero;
        var bytes = 0;
        while (frames.TryRead(out var chunk) || frames.TryComplete(out chunk))
        {
            Assert.Equal(new AudioFormat(AudioCodec.Mp3, sampleRate, channels), chunk!.Format);
            duration += chunk.Duration;
            bytes += chunk.Bytes.Length;
        }
        Assert.Equal(0, frames.SkippedBytes);
        Assert.Equal(mp3.Length, bytes);
        for (var at = 0; at < mp3.Length;)
        {
            Assert.True(FrameHeader.TryRead(mp3.AsSpan(at), out var frame));
            foreach (var word in Descriptions)
                Assert.True(mp3.AsSpan(at, Math.Min(48, frame.Length)).IndexOf(word) < 0, $"A frame at {at} describes a file.");
            at += frame.Length;
        }
        return duration;
    }

    /// <summary>What a range of a file's answer says it is: first byte, last byte and whole length.</summary>
    public static (long From, long To, long Length) ContentRange(HttpResponseMessage response)
    {
        var match = Range().Match(response.Content.Headers.GetValues("Content-Range").Single());
        Assert.True(match.Success);
        return (Number(1), Number(2), Number(3));

        long Number(int group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^bytes (\d+)-(\d+)/(\d+)$")]
    private static partial Regex Range();
}
