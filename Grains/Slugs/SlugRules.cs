using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Persistence.Slugs;

namespace AudioOrleans.Grains.Slugs;

/// <summary>A slug that something is to get.</summary>
/// <param name="Slug">The slug.</param>
/// <param name="IsChosen">Whether its owner chose it: then exactly this one, otherwise with a number after it if it is taken.</param>
public sealed record SlugPlan(string Slug, bool IsChosen);

/// <summary>Which slug something gets. Needs no runtime.</summary>
public static class SlugRules
{
    private const string Field = "slug";
    private const string Alphabet = "abcdefghijkmnpqrstuvwxyz23456789";
    private const int RandomLength = 8;

    /// <summary>Words with a meaning of their own in addresses.</summary>
    private static readonly string[] Reserved = ["all", "api", "edit", "feed", "import", "list", "me", "new", "search"];

    /// <summary>The slug of a title: its Latin letters and digits, joined by hyphens; a random one for a title without any.</summary>
    public static string FromTitle(string title)
    {
        var text = new StringBuilder();
        foreach (var letter in title.ToLowerInvariant())
        {
            if (char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter))
                text.Append(letter);
            else if (LatinLetters.Find(letter) is { } plain)
                text.Append(plain);
            else if (!IsSilent(letter) && text.Length > 0 && text[^1] != '-')
                text.Append('-');
        }
        var slug = text.ToString()[..Math.Min(text.Length, SlugTable.Longest)].Trim('-');
        return slug.Length == 0 ? Random() : IsReserved(slug) ? $"{slug}-1" : slug;
    }

    /// <summary>A random slug.</summary>
    public static string Random() => RandomNumberGenerator.GetString(Alphabet, RandomLength);

    /// <summary>The problem with a slug that an owner chose; null if it is valid.</summary>
    public static FieldProblem? Check(string? slug)
    {
        if (string.IsNullOrEmpty(slug))
            return null;
        if (slug.Length > SlugTable.Longest)
            return new FieldProblem(Field, $"Expected at most {SlugTable.Longest} characters, got {slug.Length}.", FieldCodes.TooLong);
        if (slug.Any(letter => !char.IsAsciiLetterLower(letter) && !char.IsAsciiDigit(letter) && letter != '-') || slug.StartsWith('-') || slug.EndsWith('-') || slug.Contains("--", StringComparison.Ordinal))
            return new FieldProblem(Field, "Expected letters a to z, digits, and single hyphens between them, such as late-hours.", FieldCodes.Malformed);
        return IsReserved(slug) ? new FieldProblem(Field, "Expected another word: this one is reserved, or has the form of an id.", FieldCodes.NotAllowed) : null;
    }

    /// <summary>The slug of something new.</summary>
    public static SlugPlan PlanNew(string? chosen, string title) => string.IsNullOrEmpty(chosen) ? new SlugPlan(FromTitle(title), false) : new SlugPlan(chosen, true);

    /// <summary>The slug after a change; null if it stays.</summary>
    /// <param name="current">The current slug.</param>
    /// <param name="isChosen">Whether the owner chose it.</param>
    /// <param name="chosen">What the owner wants; empty for one of the title, null to leave it to the title.</param>
    /// <param name="titleBefore">The title before the change.</param>
    /// <param name="title">The title after it.</param>
    public static SlugPlan? Plan(string current, bool isChosen, string? chosen, string titleBefore, string title)
    {
        if (chosen is { Length: > 0 })
            return chosen == current && isChosen ? null : new SlugPlan(chosen, true);
        var isNew = current.Length == 0 || (chosen is null ? !isChosen && title != titleBefore && FromTitle(title) != FromTitle(titleBefore) : isChosen);
        return isNew ? new SlugPlan(FromTitle(title), false) : null;
    }

    /// <summary>The changed fields that were requested: a slug that follows from a title was not.</summary>
    public static ImmutableArray<string> Requested(ImmutableArray<string> changed, string? chosen) => chosen is null ? changed.Remove(Field) : changed;

    /// <summary>Marks and apostrophes stand within a word.</summary>
    private static bool IsSilent(char letter) => letter is '\'' or '’' || CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark;

    private static bool IsReserved(string slug) => Reserved.Contains(slug) || Guid.TryParse(slug, out _);
}
