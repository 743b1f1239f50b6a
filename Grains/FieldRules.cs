using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Grains;

/// <summary>Checks of single fields that several nouns share. Each returns the problem, or null if the value is valid.</summary>
internal static class FieldRules
{
    private const int LongestUrl = 2000;

    /// <summary>Text of a length, without control characters; a text of several lines may have line breaks and tabs.</summary>
    public static FieldProblem? Text(string field, string text, int shortest, int longest, bool isLine = true)
    {
        text = text.Trim();
        if (text.Length < shortest || text.Length > longest)
            return new FieldProblem(field, $"Expected {shortest} to {longest} characters, got {text.Length}.", text.Length > longest ? FieldCodes.TooLong : FieldCodes.Required);
        if (text.Any(c => char.IsControl(c) && (isLine || c is not ('\n' or '\r' or '\t'))))
            return new FieldProblem(field, "Expected text without control characters.", FieldCodes.InvalidCharacters);
        return UnicodeText.IsWellFormed(text) ? null : new FieldProblem(field, "Expected well-formed Unicode; a surrogate stands alone.", FieldCodes.InvalidCharacters);
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
    public static bool IsUrl(string? text) =>
        text is { Length: > 0 and <= LongestUrl } && !text.Any(char.IsControl) && UnicodeText.IsWellFormed(text) && Uri.TryCreate(text.Trim(), UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps) && url.Host.Length > 0 && url.UserInfo.Length == 0;
}
