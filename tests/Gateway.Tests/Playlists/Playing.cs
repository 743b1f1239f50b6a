using System.Globalization;
using System.Text.RegularExpressions;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Gateway.Tests.Playlists;

/// <summary>Plays audio as players do.</summary>
internal static partial class Playing
{
    private static readonly string[] ErrorTexts = ["Invalid data", "Header missing", "Error while decoding", "invalid new backstep", "Non-monotonous", "overread"];

    /// <summary>The tags of a frame that describes the file and has no sound.</summary>
    private static readonly byte[][] Descriptions = ["Xing"u8.ToArray(), "Info"u8.ToArray(), "VBRI"u8.ToArray()];

    /// <summary>Plays a URL or a file to its end with ffmpeg; returns the seconds of decoded sound.</summary>
    /// <param name="input">The URL or file.</param>
    /// <param name="allowErrors">Whether ffmpeg may report errors.</param>
    /// <param name="inputOptions">Input options of ffmpeg, such as the start position.</param>
    public static async Task<double> PlayAsync(string input, bool allowErrors = false, params string[] inputOptions)
    {
        var played = await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning", .. inputOptions, "-i", input, "-map", "0:a:0", "-ac", "1", "-ar", "8000", "-f", "s16le", "-"]),
            TimeSpan.FromMinutes(1), TimeProvider.System);
        var output = string.Join('\n', played.ErrorTail);
        if (!allowErrors)
            Assert.All(ErrorTexts, errorText => Assert.DoesNotContain(errorText, output, StringComparison.OrdinalIgnoreCase));
        return played.Output.Length / 2 / 8000.0;
    }

    /// <summary>The timestamps that ffprobe finds for the packets of a URL, in seconds.</summary>
    public static async Task<List<double>> TimestampsAsync(string input)
    {
        var read = await ProcessRunner.RunAsync(
            new ProcessCommand("ffprobe", "-hide_banner", "-loglevel", "error", "-show_entries", "packet=pts_time", "-of", "csv=p=0", input), TimeSpan.FromMinutes(1), TimeProvider.System);
        return [.. read.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line.TrimEnd(','), CultureInfo.InvariantCulture))];
    }

    /// <summary>The duration that ffprobe reports for a URL inputOptions it has read all of it, in seconds.</summary>
    public static async Task<double> DurationAsync(string input)
    {
        var read = await ProcessRunner.RunAsync(
            new ProcessCommand("ffprobe", "-hide_banner", "-loglevel", "error", "-show_entries", "format=duration", "-of", "csv=p=0", input), TimeSpan.FromMinutes(1), TimeProvider.System);
        return double.Parse(read.Text.Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>Writes bytes to a file and plays it.</summary>
    public static async Task<double> PlayAsync(byte[] mp3, bool allowErrors = false)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, mp3);
            return await PlayAsync(path, allowErrors);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The MP3 of a playlist without its first frame, the only one that describes the file.</summary>
    public static byte[] WithoutDescription(byte[] mp3)
    {
        Assert.True(FrameHeader.TryRead(mp3, out var frame));
        Assert.True(XingFrame.TryRead(mp3.AsSpan(0, frame.Length), out _));
        return mp3[frame.Length..];
    }

    /// <summary>Reads bytes that must be MP3 frames of one format with nothing between them; returns their duration.</summary>
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
            foreach (var tag in Descriptions)
                Assert.True(mp3.AsSpan(at, Math.Min(48, frame.Length)).IndexOf(tag) < 0, $"A frame at {at} describes a file.");
            at += frame.Length;
        }
        return duration;
    }

    /// <summary>The Content-Range of a response: first byte, last byte and total length.</summary>
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
