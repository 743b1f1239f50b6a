namespace AudioOrleans.RelayHost.Gapless;

/// <summary>Samples, the channels of each moment one behind the other.</summary>
internal sealed class Sound(float[] samples, int channels)
{
    /// <summary>How many neighbours on either side a sample in between is made of: what is lost lies above what one hears.</summary>
    private const int Reach = 16;

    /// <summary>How many moments there are.</summary>
    public int Length => samples.Length / channels;

    /// <summary>All samples.</summary>
    public ReadOnlySpan<float> Samples => samples;

    /// <summary>A part of it.</summary>
    public Sound Slice(int start, int length) => new(samples[(start * channels)..((start + length) * channels)], channels);

    /// <summary>One sound behind the other.</summary>
    public Sound Then(Sound next) => new([.. samples, .. next.Samples], channels);

    /// <summary>Its loudest sample, 1 for full scale.</summary>
    public float Peak() => samples.Length == 0 ? 0 : samples.Max(Math.Abs);

    /// <summary>The part from a moment on, in as many moments more or less: so little that nobody hears the pitch change.</summary>
    /// <param name="start">Where it begins.</param>
    /// <param name="length">How many moments it has.</param>
    /// <param name="wanted">How many it shall have.</param>
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

    /// <summary>Sinc under a Hann window.</summary>
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
