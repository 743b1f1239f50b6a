namespace AudioOrleans.RelayHost.Gapless;

/// <summary>PCM samples with interleaved channels.</summary>
internal sealed class Sound(float[] samples, int channels)
{
    /// <summary>Neighbours on either side used for interpolation: the loss is above the audible range.</summary>
    private const int Reach = 16;

    /// <summary>Number of samples per channel.</summary>
    public int Length => samples.Length / channels;

    /// <summary>All samples.</summary>
    public ReadOnlySpan<float> Samples => samples;

    /// <summary>A part of the sound.</summary>
    public Sound Slice(int start, int length) => new(samples[(start * channels)..((start + length) * channels)], channels);

    /// <summary>Appends another sound.</summary>
    public Sound Then(Sound next) => new([.. samples, .. next.Samples], channels);

    /// <summary>The peak sample, 1 for full scale.</summary>
    public float Peak() => samples.Length == 0 ? 0 : samples.Max(Math.Abs);

    /// <summary>Stretches a part to another length, so slightly that the pitch change is inaudible.</summary>
    /// <param name="start">Start of the part, in samples per channel.</param>
    /// <param name="length">Length of the part, in samples per channel.</param>
    /// <param name="wanted">The new length, in samples per channel.</param>
    public Sound Stretch(int start, int length, int wanted)
    {
        if (length == wanted)
            return Slice(start, length);
        var stretched = new float[wanted * channels];
        Span<double> weights = stackalloc double[2 * Reach];
        for (var i = 0; i < wanted; i++)
        {
            var at = start + (i * (double)length / wanted);
            var first = (int)Math.Floor(at) - Reach + 1;
            var sum = 0.0;
            for (var k = 0; k < weights.Length; k++)
                sum += weights[k] = Weight(at - (first + k));
            for (var channel = 0; channel < channels; channel++)
            {
                var value = 0.0;
                for (var k = 0; k < weights.Length; k++)
                    value += weights[k] * samples[(Math.Clamp(first + k, 0, Length - 1) * channels) + channel];
                stretched[(i * channels) + channel] = (float)(value / sum);
            }
        }
        return new Sound(stretched, channels);
    }

    /// <summary>Sinc function with a Hann window.</summary>
    private static double Weight(double distance)
    {
        if (Math.Abs(distance) < 1e-9)
            return 1;
        if (Math.Abs(distance) >= Reach)
            return 0;
        var angle = Math.PI * distance;
        return Math.Sin(angle) / angle * (0.5 + (0.5 * Math.Cos(angle / Reach)));
    }
}
