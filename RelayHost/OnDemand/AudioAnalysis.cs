using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>The loudness of a programme (EBU R 128).</summary>
/// <param name="IntegratedLufs">Its integrated loudness, in LUFS; null for silence, which has none.</param>
/// <param name="RangeLu">Its loudness range, in LU.</param>
/// <param name="TruePeakDbtp">Its true peak, in dBTP; null for digital silence.</param>
public sealed record Loudness(double? IntegratedLufs, double RangeLu, double? TruePeakDbtp)
{
    private const double HighestPeakDbtp = -1;

    /// <summary>The gain that brings the programme to a target loudness, in dB; less where it would clip.</summary>
    public double GainTo(double targetLufs)
    {
        var wanted = targetLufs - (IntegratedLufs ?? targetLufs);
        var headroom = Math.Max(0, HighestPeakDbtp - (TruePeakDbtp ?? HighestPeakDbtp));
        return Math.Min(wanted, headroom);
    }
}

/// <summary>Measures the loudness and computes the waveform in one ffmpeg pass over the file.</summary>
public sealed class AudioAnalysis(TimeProvider time)
{
    private const int SampleRate = 8000;

    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    /// <summary>Measures a file.</summary>
    /// <param name="input">The file.</param>
    /// <param name="inBackground">Whether to run at low priority, because nobody waits for the result.</param>
    /// <param name="cancellationToken">Cancels the analysis.</param>
    /// <exception cref="UnusableAudioException">ffmpeg cannot decode it.</exception>
    /// <exception cref="ProcessStartException">ffmpeg could not be started.</exception>
    public async Task<(Loudness Loudness, Waveform Waveform)> RunAsync(EncoderInput input, bool inBackground, CancellationToken cancellationToken)
    {
        var command = new ProcessCommand(
            "ffmpeg",
            "-hide_banner", "-loglevel", "info", "-nostdin", "-nostats", "-protocol_whitelist", "file,pipe",
            "-f", input.Kind.Demuxer(), "-i", $"file:{input.Path}",
            "-filter_complex", $"[0:a:0]{AudioEncoder.Mix("mono|stereo")},ebur128=peak=true:framelog=verbose,aresample={SampleRate},aformat=sample_fmts=s16:channel_layouts=mono[out]",
            "-map", "[out]", "-f", "s16le", "-c:a", "pcm_s16le",
            // Without this, ffmpeg writes 400 bytes at a time, and reading them costs more than half as much as measuring.
            "-flush_packets", "0", "pipe:1")
        {
            InBackground = inBackground,
            ReadsOutput = true,
            ErrorTailLines = 40,
        };
        var child = await ChildProcess.StartAsync(command, time);
        await using (child)
        {
            using var late = new CancellationTokenSource(Limit, time);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            await child.StandardInput.DisposeAsync();
            var waveform = new WaveformBuilder(SampleRate);
            var buffer = new byte[64 * 1024];
            for (int filled = 0, read; (read = await child.StandardOutput.ReadAsync(buffer.AsMemory(filled), stop.Token)) > 0;)
            {
                filled += read;
                var whole = filled & ~1;
                waveform.Write(MemoryMarshal.Cast<byte, short>(buffer.AsSpan(0, whole)));
                buffer.AsSpan(whole, filled - whole).CopyTo(buffer);
                filled -= whole;
            }
            var exit = await child.Exited.WaitAsync(stop.Token);
            if (exit.ExitCode != 0 || waveform.IsEmpty)
                throw new UnusableAudioException("The audio in the file cannot be decoded; it may be damaged or protected.");
            return (Read(exit.ErrorTail), waveform.Build());
        }
    }

    /// <summary>Parses the filter's last summary: ffmpeg often sets its filters up twice, and the first ones have processed nothing.</summary>
    internal static Loudness Read(ImmutableArray<string> lines)
    {
        var begin = lines.ToList().FindLastIndex(line => line.Contains("Summary:", StringComparison.Ordinal));
        var summary = lines.Skip(Math.Max(0, begin)).ToList();
        var integrated = Value(summary, "I:", "LUFS");
        // The filter's gate is at -70: for silence it reports this floor, not a measurement.
        return new Loudness(integrated <= -70 ? null : integrated, Value(summary, "LRA:", "LU") ?? 0, Value(summary, "Peak:", "dBFS"));
    }

    private static double? Value(IEnumerable<string> lines, string name, string unit)
    {
        foreach (var line in lines)
        {
            var text = line.AsSpan().Trim();
            if (text.StartsWith(name, StringComparison.Ordinal) && text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[name.Length..^unit.Length].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
            {
                return value;
            }
        }
        return null;
    }
}
