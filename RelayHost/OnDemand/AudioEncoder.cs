using System.Collections.Immutable;
using System.Globalization;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>Has ffmpeg make one file out of another. It may open these two files, and the input by the one demuxer of its kind.</summary>
public sealed class AudioEncoder(TimeProvider time)
{
    /// <summary>What all files are converted to that are no MP3: what most are.</summary>
    public static readonly AudioFormat HouseFormat = new(AudioCodec.Mp3, 44100, 2);

    /// <summary>How long audio may be, in hours.</summary>
    public const int MostHours = 24;

    private const int LeastKbps = 96;
    private const int MostKbps = 320;
    private const int LosslessKbps = 192;

    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    private static readonly ImmutableArray<int> Mp3Rates = [96, 112, 128, 160, 192, 224, 256, 320];

    /// <summary>The MP3 rate that loses nothing one could hear against the source's, in kbit/s.</summary>
    /// <param name="sourceBitsPerSecond">Of a lossy source; null or a high one for all others.</param>
    public static int Mp3Kbps(int? sourceBitsPerSecond)
    {
        if (sourceBitsPerSecond is not { } bits || bits > MostKbps * 1000)
            return LosslessKbps;
        var wanted = Math.Max(LeastKbps, bits / 1000);
        return Mp3Rates.FirstOrDefault(rate => rate >= wanted, MostKbps);
    }

    /// <summary>Encodes to MP3 of one format at a constant rate, without tags; a first frame says what silence is around the sound.</summary>
    /// <param name="input">What to read.</param>
    /// <param name="output">Where to write.</param>
    /// <param name="format">What it shall decode to.</param>
    /// <param name="kbps">The rate, in kbit/s.</param>
    /// <param name="progress">Told what part is done, 0 to 1.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="UnusableAudioException">ffmpeg cannot decode the input.</exception>
    /// <exception cref="ProcessStartException">ffmpeg could not be started.</exception>
    public Task ToMp3Async(EncoderInput input, string output, AudioFormat format, int kbps, Action<double> progress, CancellationToken cancellationToken) =>
        RunAsync(input, output, [
            "-af", Filters(input, format.Channels), "-c:a", "libmp3lame", "-b:a", $"{kbps}k", "-ar", Text(format.SampleRate), "-ac", Text(format.Channels),
            "-id3v2_version", "0", "-f", "mp3"], progress, cancellationToken);

    /// <summary>Encodes to AAC-LC in ADTS frames, 44.1 kHz stereo.</summary>
    public Task ToAacAsync(EncoderInput input, string output, int kbps, Action<double> progress, CancellationToken cancellationToken) =>
        RunAsync(input, output, ["-af", Filters(input, HouseFormat.Channels), "-c:a", "aac", "-b:a", $"{kbps}k", "-ar", Text(HouseFormat.SampleRate), "-ac", Text(HouseFormat.Channels), "-f", "adts"], progress, cancellationToken);

    /// <summary>Takes AAC out of its container into ADTS frames, without touching it.</summary>
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
    /// Mixes to one of these layouts where the sound has another. ffmpeg scales the mix of whole numbers so that it cannot clip, and that of fractions not at all:
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
/// <param name="Path">Where it lies.</param>
/// <param name="Kind">What its content is.</param>
/// <param name="Duration">How long it plays, for the sake of progress; null when unknown.</param>
/// <param name="Gain">By how much to make it louder where it is encoded, in dB.</param>
/// <param name="Sound">How long its sound is where silence follows that its encoder put there, and ffmpeg does not know; null elsewhere.</param>
public sealed record EncoderInput(string Path, AudioFileKind Kind, TimeSpan? Duration, double Gain = 0, TimeSpan? Sound = null);
