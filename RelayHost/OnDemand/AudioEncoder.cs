using System.Collections.Immutable;
using System.Globalization;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>Converts audio files with ffmpeg, which may open only these two files, and the input only with the demuxer of its kind.</summary>
public sealed class AudioEncoder(TimeProvider time)
{
    /// <summary>The format that all files other than MP3 are converted to: the most common one.</summary>
    public static readonly AudioFormat HouseFormat = new(AudioCodec.Mp3, 44100, 2);

    /// <summary>Maximum duration of audio, in hours.</summary>
    public const int MostHours = 24;

    private const int LeastKbps = 96;
    private const int MostKbps = 320;
    private const int LosslessKbps = 192;

    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    private static readonly ImmutableArray<int> Mp3Rates = [96, 112, 128, 160, 192, 224, 256, 320];

    /// <summary>Returns the MP3 bitrate without audible loss against the source's, in kbit/s.</summary>
    /// <param name="sourceBitsPerSecond">Bitrate of a lossy source; null or a high value for all others.</param>
    public static int Mp3Kbps(int? sourceBitsPerSecond)
    {
        if (sourceBitsPerSecond is not { } bits || bits > MostKbps * 1000)
            return LosslessKbps;
        var wanted = Math.Max(LeastKbps, bits / 1000);
        return Mp3Rates.FirstOrDefault(rate => rate >= wanted, MostKbps);
    }

    /// <summary>Encodes to MP3 of one format at a constant bitrate, without tags; the first frame declares the silence around the sound.</summary>
    /// <param name="input">The file to read.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="format">The audio format of the output.</param>
    /// <param name="kbps">The bitrate, in kbit/s.</param>
    /// <param name="progress">Receives the fraction done, 0 to 1.</param>
    /// <param name="cancellationToken">Cancels the encoding.</param>
    /// <exception cref="UnusableAudioException">ffmpeg cannot decode the input.</exception>
    /// <exception cref="ProcessStartException">ffmpeg could not be started.</exception>
    public Task ToMp3Async(EncoderInput input, string output, AudioFormat format, int kbps, Action<double> progress, CancellationToken cancellationToken) =>
        RunAsync(input, output, [
            "-af", Filters(input, format.Channels), "-c:a", "libmp3lame", "-b:a", $"{kbps}k", "-ar", Text(format.SampleRate), "-ac", Text(format.Channels),
            "-id3v2_version", "0", "-f", "mp3"], progress, cancellationToken);

    /// <summary>Encodes to AAC-LC in ADTS frames, 44.1 kHz stereo.</summary>
    public Task ToAacAsync(EncoderInput input, string output, int kbps, Action<double> progress, CancellationToken cancellationToken) =>
        RunAsync(input, output, ["-af", Filters(input, HouseFormat.Channels), "-c:a", "aac", "-b:a", $"{kbps}k", "-ar", Text(HouseFormat.SampleRate), "-ac", Text(HouseFormat.Channels), "-f", "adts"], progress, cancellationToken);

    /// <summary>Copies AAC from its container into ADTS frames, without re-encoding.</summary>
    public Task CopyAacAsync(EncoderInput input, string output, Action<double> progress, CancellationToken cancellationToken) =>
        RunAsync(input, output, ["-c:a", "copy", "-f", "adts"], progress, cancellationToken);

    private async Task RunAsync(EncoderInput input, string output, string[] encoding, Action<double> progress, CancellationToken cancellationToken)
    {
        var command = new ProcessCommand(
            "ffmpeg",
            [
                "-hide_banner", "-loglevel", "error", "-nostdin", "-nostats", "-progress", "pipe:2", "-y",
                "-protocol_whitelist", "file,pipe", "-f", input.Kind.Demuxer(), "-i", $"file:{input.Path}",
                "-map", "0:a:0", "-map_metadata", "-1", "-t", Text((MostHours * 3600) + 60), .. encoding, $"file:{output}",
            ])
        {
            OnErrorLine = line => ReportProgress(line, input.Duration, progress),
        };
        try
        {
            await ProcessRunner.RunAsync(command, Limit, time, cancellationToken: cancellationToken);
        }
        catch (Exception exception) when (exception is ProcessFailedException or ProcessTimeoutException)
        {
            throw new UnusableAudioException("The audio in the file cannot be decoded; it may be damaged or protected.", exception);
        }
    }

    /// <summary>
    /// Mixes to one of these layouts where the sound has another. ffmpeg scales an integer mix so that it cannot clip, but not a floating-point mix:
    /// with a limit of 1 both are the same.
    /// </summary>
    internal static string Mix(string layouts) => $"aresample=rematrix_maxval=1.0,aformat=channel_layouts={layouts}";

    private static string Filters(EncoderInput input, int channels)
    {
        var mix = Mix(channels == 1 ? "mono" : "stereo");
        var trim = input.Sound is { } sound ? string.Create(CultureInfo.InvariantCulture, $"atrim=duration={sound.TotalSeconds:0.0000000},") : "";
        return input.Gain == 0 ? trim + mix : string.Create(CultureInfo.InvariantCulture, $"{trim}{mix},volume={input.Gain:0.00}dB");
    }

    private static void ReportProgress(string line, TimeSpan? duration, Action<double> progress)
    {
        const string key = "out_time_us=";
        if (duration is { Ticks: > 0 } whole && line.StartsWith(key, StringComparison.Ordinal)
            && long.TryParse(line.AsSpan(key.Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds))
        {
            progress(Math.Clamp(TimeSpan.FromMicroseconds(microseconds) / whole, 0, 1));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A file to encode.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Kind">The kind of its content.</param>
/// <param name="Duration">Its playing time, for progress reports; null when unknown.</param>
/// <param name="Gain">The gain to apply where it is encoded, in dB.</param>
/// <param name="Sound">Duration of the sound where it is followed by encoder padding that ffmpeg does not recognise; null otherwise.</param>
public sealed record EncoderInput(string Path, AudioFileKind Kind, TimeSpan? Duration, double Gain = 0, TimeSpan? Sound = null);
