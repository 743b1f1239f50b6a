namespace AudioOrleans.RelayHost.Objects;

/// <summary>Refuses what no store can do, in the same words for all.</summary>
internal static class ObjectArguments
{
    /// <summary>The longest that S3 signs an address for.</summary>
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(7);

    /// <exception cref="ArgumentOutOfRangeException">One is negative.</exception>
    public static void CheckRange(long offset, long? length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0, nameof(length));
    }

    /// <exception cref="ArgumentOutOfRangeException">It is shorter than a second or longer than seven days.</exception>
    public static void CheckLifetime(TimeSpan lifetime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, LongestLifetime);
    }
}
