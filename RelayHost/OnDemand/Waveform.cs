using System.Collections.Immutable;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>A waveform in the data format of BBC audiowaveform, version 2, with 8 bits.</summary>
/// <param name="SampleRate">Sample rate of the original audio, in Hz.</param>
/// <param name="SamplesPerPixel">Number of samples per pair of values in <paramref name="Data"/>.</param>
/// <param name="Data">Alternating minimum and maximum of each pixel, -128 to 127.</param>
public sealed record Waveform(int SampleRate, int SamplesPerPixel, ImmutableArray<int> Data)
{
    /// <summary>The media type of the file.</summary>
    public const string ContentType = "application/json";

    /// <summary>The JSON as it is stored and sent.</summary>
    public object ToJson() => new { version = 2, channels = 1, sample_rate = SampleRate, samples_per_pixel = SamplesPerPixel, bits = 8, length = Data.Length / 2, data = Data };
}

/// <summary>Builds a waveform of audio of unknown duration: the samples per pixel double whenever there are too many pixels.</summary>
internal sealed class WaveformBuilder(int sampleRate)
{
    private const int MostPixels = 4096;
    private const int FirstSamplesPerPixel = 64;

    private readonly List<(short Low, short High)> _pixels = [];
    private int _samplesPerPixel = FirstSamplesPerPixel;
    private int _count;
    private short _low = short.MaxValue;
    private short _high = short.MinValue;

    public bool IsEmpty => _pixels.Count == 0 && _count == 0;

    public void Write(ReadOnlySpan<short> samples)
    {
        foreach (var sample in samples)
        {
            _low = Math.Min(_low, sample);
            _high = Math.Max(_high, sample);
            if (++_count == _samplesPerPixel)
                EndPixel();
        }
    }

    public Waveform Build()
    {
        if (_count > 0)
            EndPixel();
        return new Waveform(sampleRate, _samplesPerPixel, [.. _pixels.SelectMany(pixel => new[] { pixel.Low >> 8, pixel.High >> 8 })]);
    }

    private void EndPixel()
    {
        _pixels.Add((_low, _high));
        (_count, _low, _high) = (0, short.MaxValue, short.MinValue);
        if (_pixels.Count == MostPixels)
            Halve();
    }

    private void Halve()
    {
        for (var i = 0; i < MostPixels / 2; i++)
        {
            var (one, other) = (_pixels[2 * i], _pixels[(2 * i) + 1]);
            _pixels[i] = (Math.Min(one.Low, other.Low), Math.Max(one.High, other.High));
        }
        _pixels.RemoveRange(MostPixels / 2, MostPixels / 2);
        _samplesPerPixel *= 2;
    }
}
