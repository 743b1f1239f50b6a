using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Gateway.Hosting;

/// <summary>A list's answer.</summary>
/// <param name="Items">The items.</param>
/// <param name="NextCursor">Gives the following part as <c>?cursor=</c>; null at the end.</param>
public sealed record ListResponse<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>The query of a list.</summary>
/// <param name="Limit">How many items, 1 to 200; 50 unless told.</param>
/// <param name="Cursor">The last answer's <c>next_cursor</c>.</param>
public readonly record struct ListQuery(int? Limit, string? Cursor)
{
    private const int Default = 50;
    private const int Most = 200;

    /// <summary>The page that is wanted.</summary>
    /// <exception cref="AudioException">Invalid: the limit is out of range.</exception>
    public PageRequest ToPage() => Limit is null or (>= 1 and <= Most)
        ? new PageRequest(Limit ?? Default, Cursor)
        : throw new AudioException(new FieldProblem("limit", $"Expected 1 to {Most}.", FieldCodes.OutOfRange));
}

/// <summary>The query of a list of what many people have made.</summary>
/// <param name="Limit">How many items, 1 to 200; 50 unless told.</param>
/// <param name="Cursor">The last answer's <c>next_cursor</c>.</param>
/// <param name="Owner"><c>me</c>: one's own alone.</param>
public readonly record struct CatalogQuery(int? Limit, string? Cursor, string? Owner)
{
    /// <summary>The page that is wanted.</summary>
    /// <exception cref="AudioException">Invalid: the limit is out of range.</exception>
    public PageRequest ToPage() => new ListQuery(Limit, Cursor).ToPage();

    /// <summary>Whether the caller wants to see nobody else's.</summary>
    /// <exception cref="AudioException">Invalid: the owner is another word, or the caller is nobody.</exception>
    public bool WantsOwn(ClaimsPrincipal user)
    {
        if (Owner is not null && Owner != "me")
            throw new AudioException(new FieldProblem("owner", "Expected me.", FieldCodes.UnknownValue));
        return Owner is null || user.IdOf(Principals.Subject) is not null ? Owner is not null : throw new AudioException(new FieldProblem("owner", "Expected a token with me.", FieldCodes.NotAllowed));
    }
}

/// <summary>Turns pages into answers.</summary>
public static class Lists
{
    /// <summary>The page as it is sent.</summary>
    public static ListResponse<TAnswer> ToAnswer<T, TAnswer>(this Page<T> page, Func<T, TAnswer> convert) =>
        new ListResponse<TAnswer>([.. page.Items.Select(convert)], page.NextCursor);
}
