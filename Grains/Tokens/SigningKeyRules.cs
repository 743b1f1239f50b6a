using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Grains.Tokens;

/// <summary>Decides which key signs, when the next is made and when an old one goes; needs no runtime.</summary>
public static class SigningKeyRules
{
    /// <summary>A new key is published this long before it signs, so that every node and every cache of the key set knows it by then.</summary>
    public static readonly TimeSpan Publication = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>The key that signs: the newest that is known everywhere; the only one signs at once.</summary>
    /// <param name="keys">All keys, the newest first; not empty.</param>
    /// <param name="createdAt">When a key was made, UTC.</param>
    /// <param name="now">The time, UTC.</param>
    public static T Signing<T>(IReadOnlyList<T> keys, Func<T, DateTime> createdAt, DateTime now)
    {
        foreach (var key in keys)
        {
            if (createdAt(key) + Publication <= now)
                return key;
        }
        return keys[^1];
    }

    /// <summary>Whether another key is to be made.</summary>
    /// <param name="keys">When each was made, the newest first.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="options">How long a key signs.</param>
    public static bool NeedsNew(IReadOnlyList<DateTime> keys, DateTime now, TokenOptions options) =>
        keys is not [var newest, ..] || newest + options.KeyLifetime <= now;

    /// <summary>Whether every token that a key signed has ended.</summary>
    /// <param name="successor">When the next newer key was made; null for the newest.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="options">How long tokens live.</param>
    public static bool IsSpent(DateTime? successor, DateTime now, TokenOptions options)
    {
        var longest = options.AccessLifetime > options.LongestMediaLifetime ? options.AccessLifetime : options.LongestMediaLifetime;
        return successor is { } made && made + Publication + longest + ClockSkew <= now;
    }
}
