using System.Globalization;
using System.Runtime.InteropServices;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Audio;

/// <summary>A tone that continues through several files, like the tracks of a live album, and a check that finds each gap.</summary>
public static class UnbrokenTone
{
    private const double Pitch = 440, Amplitude = 0.125;

    /// <summary>The delay of a layer III encoder and decoder together, in samples.</summary>
    private const double CodecDelay = 1105;

    /// <summary>Where the tone was cut into files, the encoders distort it slightly.</summary>
    private const double EdgeSeconds = 0.01, AllowedEdge = 0.6 * Amplitude, AllowedClick = 0.01;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Writes a part of the tone.</summary>
    /// <param name="path">The file; its extension selects the format.</param>
    /// <param name="encoding">The arguments of ffmpeg for the encoding, separated by spaces.</param>
    /// <param name="start">Where the part begins, in seconds.</param>
    /// <param name="seconds">How long it is.</param>
    /// <param name="sampleRate">In Hz.</param>
    /// <param name="channels">1 or 2.</param>
    /// <param name="filter">The filters of ffmpeg before the encoding, with a comma in front.</param>
    public static Task WriteAsync(string path, string encoding, double start, double seconds, int sampleRate = 44100, int channels = 2, string filter = "")
    {
        ArgumentNullException.ThrowIfNull(encoding);
        var wave = string.Create(CultureInfo.InvariantCulture, $"{Amplitude}*sin(2*PI*{Pitch}*(t+{start}))");
        var sound = string.Create(CultureInfo.InvariantCulture, $"aevalsrc=exprs={string.Join('|', Enumerable.Repeat(wave, channels))}:sample_rate={sampleRate}:duration={seconds}{filter}");
        return ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i", sound, .. encoding.Split(' '), path]), Limit, TimeProvider.System);
    }

    /// <summary>Decodes a file or address with ffmpeg; returns the samples of its first channel.</summary>
    public static async Task<float[]> DecodeAsync(string input)
    {
        using var folder = new TestFolder("decoded");
        var output = folder["sound.pcm"];
        await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-i", input, "-map", "0:a:0", "-af", "pan=mono|c0=c0", "-f", "f32le", output), Limit, TimeProvider.System);
        return MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(output)).ToArray();
    }

    /// <summary>Describes the first interruption in a sentence; null if the amplitude is right everywhere, and each sample continues the two before it.</summary>
    /// <param name="samples">What was heard.</param>
    /// <param name="sampleRate">In Hz.</param>
    /// <param name="until">How far to look, in seconds.</param>
    /// <param name="cuts">Where files end, in seconds of the tone.</param>
    public static string? FindBreak(float[] samples, int sampleRate, double until, params double[] cuts)
    {
        ArgumentNullException.ThrowIfNull(samples);
        const double from = 0.2;
        var turn = 2 * Math.Cos(2 * Math.PI * Pitch / sampleRate);
        var window = (int)Math.Round(2 * sampleRate / Pitch); // Two periods.
        if (samples.Length < until * sampleRate)
            return $"It ends after {samples.Length / (double)sampleRate} s.";
        for (var i = (int)(from * sampleRate); i + window < until * sampleRate; i += window)
        {
            var (sum, worst) = (0.0, 0.0);
            for (var k = i; k < i + window; k++)
            {
                sum += samples[k] * samples[k];
                worst = Math.Max(worst, Math.Abs(samples[k] - (turn * samples[k - 1]) + samples[k - 2]));
            }
            var (at, loudness) = (i / (double)sampleRate, Math.Sqrt(2 * sum / window));
            if (loudness is < 0.8 * Amplitude or > 1.2 * Amplitude)
                return $"At {at:0.000} s its amplitude is {loudness:0.0000}.";
            // Each join moves the following audio by half a frame at most.
            if (worst > (cuts.Any(cut => Math.Abs(at - cut - (CodecDelay / sampleRate)) < EdgeSeconds + (0.02 * cuts.Length)) ? AllowedEdge : AllowedClick))
                return $"At {at:0.000} s is a click of {worst:0.0000}.";
        }
        return null;
    }
}
