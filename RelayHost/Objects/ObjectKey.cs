namespace AudioOrleans.RelayHost.Objects;

/// <summary>What a key may look like: the same for all stores, so that objects can move from one to another.</summary>
public static class ObjectKey
{
    /// <summary>No key begins with this: the disk keeps unfinished objects there.</summary>
    public const string Incoming = ".incoming";

    /// <summary>How long a key may be, in bytes: S3 takes 1,024, of which the store's own prefix needs some.</summary>
    public const int Longest = 900;

    /// <summary>How long a part between slashes may be, in bytes: the longest file name of Linux.</summary>
    public const int LongestSegment = 255;

    /// <summary>The key, if it is one.</summary>
    /// <exception cref="ArgumentException">It is none; the message says what was expected.</exception>
    public static string Check(string key) => IsKey(key) ? key : throw Wrong(key, nameof(key));

    /// <summary>The prefix, if keys may begin with it. An empty one is the beginning of all keys.</summary>
    /// <exception cref="ArgumentException">No key can; the message says what was expected.</exception>
    public static string CheckPrefix(string prefix)
    {
        var slash = prefix.LastIndexOf('/');
        if (slash >= 0)
            Check(prefix[..slash]);
        return IsUsable(prefix) && prefix.Length - slash - 1 <= LongestSegment ? prefix : throw Wrong(prefix, nameof(prefix));
    }

    /// <summary>The prefix, if keys may begin with it and it ends with a slash.</summary>
    /// <exception cref="ArgumentException">It does not, or no key can; the message says what was expected.</exception>
    public static string CheckFolder(string prefix)
    {
        if (!prefix.EndsWith('/'))
            throw new ArgumentException($"'{Shown(prefix)}' does not end with a slash: what is deleted by prefix is a whole folder.", nameof(prefix));
        return CheckPrefix(prefix);
    }

    /// <summary>Whether it is a key.</summary>
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

    /// <summary>Whether a part between slashes can be part of a key.</summary>
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
        $"'{Shown(text)}' is no key of an object: expected at most {Longest} letters, digits and -_./ , parts of 1 to {LongestSegment} of them between slashes, none of which is . or .., and no {Incoming} at the beginning.", name);

    private static string Shown(string text) => text.Length > 100 ? $"{text[..100]}…" : text;
}
