namespace AudioOrleans.RelayHost.Objects;

/// <summary>The rules for keys: the same for all stores, so that objects can be moved from one to another.</summary>
public static class ObjectKey
{
    /// <summary>Reserved, no key starts with it: the disk store keeps incomplete objects there.</summary>
    public const string Incoming = ".incoming";

    /// <summary>Maximum size of a key, in bytes: S3 allows 1,024, and the store's own prefix needs some of them.</summary>
    public const int Longest = 900;

    /// <summary>Maximum size of a part between slashes, in bytes: the maximum file name on Linux.</summary>
    public const int LongestSegment = 255;

    /// <summary>Returns the key if it is valid.</summary>
    /// <exception cref="ArgumentException">It is invalid; the message says what was expected.</exception>
    public static string Check(string key) => IsKey(key) ? key : throw Wrong(key, nameof(key));

    /// <summary>Returns the prefix if keys may start with it. The empty prefix matches all keys.</summary>
    /// <exception cref="ArgumentException">No key can start with it; the message says what was expected.</exception>
    public static string CheckPrefix(string prefix)
    {
        var slash = prefix.LastIndexOf('/');
        if (slash >= 0)
            Check(prefix[..slash]);
        return IsUsable(prefix) && prefix.Length - slash - 1 <= LongestSegment ? prefix : throw Wrong(prefix, nameof(prefix));
    }

    /// <summary>Returns the prefix if keys may start with it and it ends with a slash.</summary>
    /// <exception cref="ArgumentException">It does not end with a slash, or no key can start with it; the message says what was expected.</exception>
    public static string CheckFolder(string prefix)
    {
        if (!prefix.EndsWith('/'))
            throw new ArgumentException($"'{Shown(prefix)}' does not end with a slash; only a whole folder can be deleted by prefix.", nameof(prefix));
        return CheckPrefix(prefix);
    }

    /// <summary>Whether the text is a valid key.</summary>
    internal static bool IsKey(string text)
    {
        if (!IsUsable(text))
            return false;
        foreach (var segment in text.AsSpan().Split('/'))
        {
            if (!IsSegment(text.AsSpan()[segment]))
                return false;
        }
        return true;
    }

    /// <summary>Whether the text is valid as a part between slashes.</summary>
    internal static bool IsSegment(ReadOnlySpan<char> segment) =>
        segment.Length is > 0 and <= LongestSegment && segment is not "." and not ".." && AreAllowed(segment);

    private static bool IsUsable(string text) => text.Length <= Longest && AreAllowed(text) && !text.StartsWith(Incoming, StringComparison.Ordinal);

    private static bool AreAllowed(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.' or '/'))
                return false;
        }
        return true;
    }

    private static ArgumentException Wrong(string text, string name) => new(
        $"'{Shown(text)}' is not a valid object key; expected at most {Longest} letters, digits and -_./ , parts of 1 to {LongestSegment} of them between slashes, none of which is . or .., and no {Incoming} at the beginning.", name);

    private static string Shown(string text) => text.Length > 100 ? $"{text[..100]}…" : text;
}
