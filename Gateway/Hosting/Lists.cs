using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Gateway.Hosting;

/// <summary>The response of a list.</summary>
/// <param name="Items">The items.</param>
/// <param name="NextCursor">The <c>?cursor=</c> of the next page; null at the end.</param>
public sealed record ListResponse<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>The query of a list.</summary>
/// <param name="Limit">The number of items, 1 to 200; 50 by default.</param>
/// <param name="Cursor">The previous response's <c>next_cursor</c>.</param>
public readonly record struct ListQuery(int? Limit, string? Cursor)
{
    private const int Default = 50;
    private const int Most = 200;

    /// <summary>The requested page.</summary>
    /// <exception cref="AudioException">Invalid: the limit is out of range.</exception>
    public PageRequest ToPage() => Limit is null or (>= 1 and <= Most)
        ? new PageRequest(Limit ?? Default, Cursor)
        : throw new AudioException(new FieldProblem("limit", $"Expected 1 to {Most}.", FieldCodes.OutOfRange));
}

/// <summary>The query of a list with resources of many accounts.</summary>
/// <param name="Limit">The number of items, 1 to 200; 50 by default.</param>
/// <param name="Cursor">The previous response's <c>next_cursor</c>.</param>
/// <param name="Owner"><c>me</c>: only one's own.</param>
public readonly record struct CatalogQuery(int? Limit, string? Cursor, string? Owner)
{
    /// <summary>The requested page.</summary>
    /// <exception cref="AudioException">Invalid: the limit is out of range.</exception>
    public PageRequest ToPage() => new ListQuery(Limit, Cursor).ToPage();

    /// <summary>Whether the caller requests only its own.</summary>
    /// <exception cref="AudioException">Invalid: the owner is another word, or the caller is anonymous.</exception>
    public bool WantsOwn(ClaimsPrincipal user)
    {
        if (Owner is not null && Owner != "me")
            throw new AudioException(new FieldProblem("owner", "Expected me.", FieldCodes.UnknownValue));
        return Owner is null || user.IdOf(Principals.Subject) is not null ? Owner is not null : throw new AudioException(new FieldProblem("owner", "Expected a token together with me.", FieldCodes.NotAllowed));
    }
}

/// <summary>Converts pages to responses.</summary>
public static class Lists
{
    /// <summary>Converts a page to its response.</summary>
    public static ListResponse<TAnswer> ToAnswer<T, TAnswer>(this Page<T> page, Func<T, TAnswer> convert) =>
        new ListResponse<TAnswer>([.. page.Items.Select(convert)], page.NextCursor);
}
