namespace AudioOrleans.RelayHost.Objects;

/// <summary>Validates arguments in the same way for all stores.</summary>
internal static class ObjectArguments
{
    /// <summary>The maximum lifetime of a URL that S3 signs.</summary>
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(7);

    /// <exception cref="ArgumentOutOfRangeException">A value is negative.</exception>
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
