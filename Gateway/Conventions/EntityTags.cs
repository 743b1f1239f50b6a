using System.Globalization;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces;
using Microsoft.Net.Http.Headers;

namespace AudioOrleans.Gateway.Conventions;

/// <summary>
/// Entity tags (RFC 9110, section 8.8.3) made from a resource's revision and from what of it the caller sees, and the conditions that
/// name them. All are strong: the same tag, the same bytes.
/// </summary>
public static class EntityTags
{
    /// <summary>The view of those who see all of a resource.</summary>
    public const string OwnersView = "owner";

    /// <summary>The view of everybody else.</summary>
    public const string CommonView = "";

    /// <summary>No resource has this revision.</summary>
    private const long NoRevision = -1;

    /// <summary>The tag of a resource at a revision, such as <c>"7-owner"</c>.</summary>
    public static string Format(long revision, string view) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{revision}{(view.Length == 0 ? "" : "-")}{view}\"");

    /// <summary>
    /// The revision that <c>If-Match</c> demands, for the grain to compare in its turn. Null: any, for no header or <c>*</c>. Weak tags
    /// and tags of another view match nothing (section 13.1.1). Of several tags the newest counts: revisions only rise, so that an
    /// older one cannot be the present one when a newer one was ever sent.
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

    /// <summary>Answers with the resource and its tag, or with 304 to a caller whose <c>If-None-Match</c> names it (section 13.1.2).</summary>
    public static IResult OkOrNotModified<T>(this HttpContext context, T value, long revision, string view)
    {
        var tag = Format(revision, view);
        context.Response.Headers.ETag = tag;
        context.Response.Headers.Append(HeaderNames.Vary, $"{HeaderNames.Authorization}, {CallerAuthentication.ApiKeyHeader}");
        return Knows(context.Request, tag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(value);
    }

    /// <summary>A condition that cannot be read is none: the caller then gets all of it.</summary>
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
        // Parsed and written again, it must be the same tag: "007" is none of ours.
        return !tag.IsWeak && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) && tag.Tag.Equals(Format(revision, view), StringComparison.Ordinal)
            ? revision
            : NoRevision;
    }
}
