using System.Globalization;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces;
using Microsoft.Net.Http.Headers;

namespace AudioOrleans.Gateway.Conventions;

/// <summary>
/// Entity tags (RFC 9110, section 8.8.3) made of a resource's revision and the caller's view of it, and the conditions that use them. All are
/// strong: the same tag means the same bytes.
/// </summary>
public static class EntityTags
{
    /// <summary>The view of callers that see the whole resource.</summary>
    public const string OwnersView = "owner";

    /// <summary>The view of everybody else.</summary>
    public const string CommonView = "";

    /// <summary>No resource has this revision.</summary>
    private const long NoRevision = -1;

    /// <summary>The tag of a resource at a revision, such as <c>"7-owner"</c>.</summary>
    public static string Format(long revision, string view) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{revision}{(view.Length == 0 ? "" : "-")}{view}\"");

    /// <summary>
    /// The revision that <c>If-Match</c> requires, which the grain compares. Null: any, for no header or <c>*</c>. Weak tags and tags of another
    /// view match nothing (section 13.1.1). Of several tags the newest counts: revisions only increase, so an older one cannot be current once a
    /// newer one was sent.
    /// </summary>
    /// <exception cref="AudioException">Invalid: the header is malformed.</exception>
    public static long? ExpectedRevision(this HttpRequest request, string view)
    {
        if (!request.Headers.TryGetValue(HeaderNames.IfMatch, out var header))
            return null;
        if (!EntityTagHeaderValue.TryParseStrictList(header, out var tags) || (tags.Count > 1 && tags.Contains(EntityTagHeaderValue.Any)))
            throw new AudioException(new FieldProblem(HeaderNames.IfMatch, "Expected * or entity tags in quotes, such as \"7-owner\".", FieldCodes.Malformed));
        return tags.Contains(EntityTagHeaderValue.Any) ? null : tags.Max(tag => RevisionOf(tag, view));
    }

    /// <summary>Returns the resource with its tag, or 304 if the caller's <c>If-None-Match</c> contains the tag (section 13.1.2).</summary>
    public static IResult OkOrNotModified<T>(this HttpContext context, T value, long revision, string view)
    {
        var tag = Format(revision, view);
        context.Response.Headers.ETag = tag;
        context.Response.Headers.Append(HeaderNames.Vary, $"{HeaderNames.Authorization}, {CallerAuthentication.ApiKeyHeader}");
        return Knows(context.Request, tag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(value);
    }

    /// <summary>An unreadable condition is ignored: the caller then gets the whole resource.</summary>
    private static bool Knows(HttpRequest request, string tag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(new EntityTagHeaderValue(tag), useStrongComparison: false));

    private static long RevisionOf(EntityTagHeaderValue tag, string view)
    {
        var digits = tag.Tag.AsSpan().Trim('"');
        if (view.Length > 0)
        {
            if (!digits.EndsWith($"-{view}", StringComparison.Ordinal))
                return NoRevision;
            digits = digits[..^(view.Length + 1)];
        }
        // Formatting the parsed tag must give the same tag: "007" is not one of ours.
        return !tag.IsWeak && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) && tag.Tag.Equals(Format(revision, view), StringComparison.Ordinal)
            ? revision
            : NoRevision;
    }
}
