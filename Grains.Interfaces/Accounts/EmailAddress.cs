using System.Buffers;

namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>Normalises e-mail addresses, so that nobody registers the same address twice with different capitalisation.</summary>
public static class EmailAddress
{
    private const int Longest = 254;

    /// <summary>Characters with a meaning in mail headers: an address that contains them could be read as a different one.</summary>
    private static readonly SearchValues<char> NotPlain = SearchValues.Create("()<>[]:;\\\",");

    /// <summary>The address trimmed and in lower case; null if it is not an address (a local part, one @, a domain).</summary>
    public static string? Normalize(string? text)
    {
        var address = TryNormalizeForm(text);
        if (string.IsNullOrEmpty(address) || address.Length > Longest || address.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)))
            return null;
        var at = address.IndexOf('@', StringComparison.Ordinal);
        var domain = address[(at + 1)..];
        var valid = at is > 0 and <= 64 && !domain.Contains('@', StringComparison.Ordinal) && domain.Length > 0
            && Uri.CheckHostName(domain) == UriHostNameType.Dns && !address.AsSpan().ContainsAny(NotPlain);
        return valid ? address : null;
    }

    private static string? TryNormalizeForm(string? text)
    {
        // A lone surrogate has no normal form and cannot occur in an address.
        var trimmed = text?.Trim();
        return trimmed is null || trimmed.Any(char.IsSurrogate) ? null : trimmed.Normalize().ToLowerInvariant();
    }
}
