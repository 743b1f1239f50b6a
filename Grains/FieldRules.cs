using System.Diagnostics.CodeAnalysis;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Grains;

/// <summary>Checks of single fields that several nouns share. Each returns the problem, or null if the value is valid.</summary>
internal static class FieldRules
{
    private const int LongestUrl = 2000;

    /// <summary>Text of a length, stored without the white space around it, and without control characters.</summary>
    /// <param name="field">The field.</param>
    /// <param name="text">The text.</param>
    /// <param name="shortest">The fewest characters.</param>
    /// <param name="longest">The most characters.</param>
    /// <param name="isLine">False allows line breaks and tabs.</param>
    public static FieldProblem? Text(string field, string text, int shortest, int longest, bool isLine = true) => ExactText(field, text.Trim(), shortest, longest, isLine);

    /// <summary>The same for text that is stored exactly as it was sent, such as a password.</summary>
    public static FieldProblem? ExactText(string field, string text, int shortest, int longest, bool isLine = true)
    {
        if (text.Length < shortest || text.Length > longest)
            return new FieldProblem(field, $"Expected {shortest} to {longest} characters, got {text.Length}.", text.Length > longest ? FieldCodes.TooLong : FieldCodes.Required);
        if (text.Any(c => char.IsControl(c) && (isLine || c is not ('\n' or '\r' or '\t'))))
            return new FieldProblem(field, "Expected text without control characters.", FieldCodes.InvalidCharacters);
        return IsWellFormed(text) ? null : new FieldProblem(field, "Expected well-formed Unicode; there is an unpaired surrogate.", FieldCodes.InvalidCharacters);
    }

    /// <summary>An http or https address without a user in it.</summary>
    public static FieldProblem? Url(string field, string? text) => IsUrl(text)
        ? null
        : new FieldProblem(field, "Expected an http or https address without a user in it.", string.IsNullOrWhiteSpace(text) ? FieldCodes.Required : FieldCodes.NotAUrl);

    /// <summary>The same, or an empty text for none.</summary>
    public static FieldProblem? UrlOrEmpty(string field, string? text) => string.IsNullOrWhiteSpace(text) ? null : Url(field, text);

    /// <summary>A number within limits.</summary>
    public static FieldProblem? Number(string field, double value, double least, double most) => value >= least && value <= most
        ? null
        : new FieldProblem(field, $"Expected {least} to {most}.", FieldCodes.OutOfRange);

    /// <summary>Whether it is an http or https address without a user in it.</summary>
    public static bool IsUrl(string? text) => TryReadUrl(text, out var url) && url.UserInfo.Length == 0;

    /// <summary>Reads an http or https address, which may have a user in it.</summary>
    public static bool TryReadUrl(string? text, [NotNullWhen(true)] out Uri? url)
    {
        url = null;
        return text is { Length: > 0 and <= LongestUrl } && !text.Any(char.IsControl) && IsWellFormed(text) && Uri.TryCreate(text.Trim(), UriKind.Absolute, out url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Host.Length > 0;
    }

    /// <summary>Whether the text has no unpaired surrogates: such text can be neither stored nor sent.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }
        return true;
    }
}
