using System.Globalization;
using System.Runtime.InteropServices;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Audio;

/// <summary>A tone that goes through several files as through the tracks of a live album, and a listener who hears each gap.</summary>
public static class UnbrokenTone
{
    private const double Pitch = 440, Amplitude = 0.125;

    /// <summary>A layer III encoder and its decoder are so many samples late together.</summary>
    private const double CodecDelay = 1105;

    /// <summary>Where files are cut their encoders leave edges that are not quite those of the tone.</summary>
    private const double EdgeSeconds = 0.01, AllowedEdge = 0.6 * Amplitude, AllowedClick = 0.01;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Writes a part of it.</summary>
    /// <param name="path">The file; its extension says what it is.</param>
    /// <param name="encoding">What ffmpeg is told of the encoding, separated by spaces.</param>
    /// <param name="start">Where the part begins, in seconds.</param>
    /// <param name="seconds">How long it is.</param>
    /// <param name="sampleRate">In Hz.</param>
    /// <param name="channels">1 or 2.</param>
    /// <param name="filter">What becomes of it before it is encoded: ffmpeg's filters, with a comma in front.</param>
    public static Task WriteAsync(string path, string encoding, double start, double seconds, int sampleRate = 44100, int channels = 2, string filter = "")
    {
        ArgumentNullException.ThrowIfNull(encoding);
        var wave = string.Create(CultureInfo.InvariantCulture, $"{Amplitude}*sin(2*PI*{Pitch}*(t+{start}))");
        var sound = string.Create(CultureInfo.InvariantCulture, $"aevalsrc=exprs={string.Join('|', Enumerable.Repeat(wave, channels))}:sample_rate={sampleRate}:duration={seconds}{filter}");
        return ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i", sound, .. encoding.Split(' '), path]), Limit, TimeProvider.System);
    }

    /// <summary>What ffmpeg makes of a file or address: the samples of its first channel.</summary>
    public static async Task<float[]> DecodeAsync(string input)
    {
        using var folder = new TestFolder("decoded");
        var output = folder["sound.pcm"];
        await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-i", input, "-map", "0:a:0", "-af", "pan=mono|c0=c0", "-f", "f32le", output), Limit, TimeProvider.System);
        return MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(output)).ToArray();
    }

    /// <summary>Where it is interrupted, as a sentence; null where at each place it is as loud as it was made, and no sample is far from where the two before lead.</summary>
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
            // Each join moves what follows by half a frame at most.
            if (worst > (cuts.Any(cut => Math.Abs(at - cut - (CodecDelay / sampleRate)) < EdgeSeconds + (0.02 * cuts.Length)) ? AllowedEdge : AllowedClick))
                return $"At {at:0.000} s is a click of {worst:0.0000}.";
        }
        return null;
    }
}
