using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Grains;

/// <summary>Revisions of resources: incremented by each change that their owners make.</summary>
internal static class Revisions
{
    /// <summary>Rejects changes to something that has changed since the caller read it.</summary>
    /// <param name="expected">The revision that the caller has read; null for any.</param>
    /// <param name="revision">The current one.</param>
    /// <param name="noun">What it is, for the message.</param>
    /// <exception cref="AudioException">Stale.</exception>
    public static void Require(long? expected, long revision, string noun)
    {
        if (expected is { } wanted && wanted != revision)
            throw new AudioException(AudioError.Stale, $"{noun} was changed meanwhile; read it again");
    }
}
