using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Slugs;

namespace AudioOrleans.Gateway.Slugs;

/// <summary>The details of streams, playlists and podcasts at their slugs.</summary>
public static class SlugRoutes
{
    /// <summary>
    /// Without a constraint, so that the route of ids, which has one, takes precedence. The OpenAPI document has one path for both: it cannot
    /// tell them apart.
    /// </summary>
    public const string Pattern = "/{slug}";

    /// <summary>Answers as at the id; a former slug is redirected to the current one. To strangers, a private resource does not exist: slugs can be guessed.</summary>
    /// <param name="noun"><c>stream</c>, <c>playlist</c> or <c>podcast</c>.</param>
    /// <param name="path">The path of the noun, such as <c>/v1/streams</c>.</param>
    /// <param name="slug">The slug.</param>
    /// <param name="context">The request.</param>
    /// <param name="grains">The grains.</param>
    /// <param name="getAsync">The answer at the id, which checks the access.</param>
    public static async Task<IResult> AnswerAsync(string noun, string path, string slug, HttpContext context, IGrainFactory grains, Func<Guid, Task<IResult>> getAsync)
    {
        if (await grains.GetGrain<ISlugsGrain>(GrainKeys.Shared).Find(noun, slug) is not { } target)
            return NotFound(noun);
        var answer = await getAsync(target.Id);
        return (answer as IStatusCodeHttpResult)?.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => NotFound(noun),
            StatusCodes.Status200OK or StatusCodes.Status304NotModified when target.Current != slug => Redirect(),
            _ => answer,
        };

        IResult Redirect()
        {
            // A slug can come back: caches ask each time.
            context.Response.Headers.CacheControl = "no-cache";
            return TypedResults.Redirect($"{path}/{target.Current}{context.Request.QueryString}", permanent: true);
        }
    }

    private static IResult NotFound(string noun) => ProblemJson.Create(StatusCodes.Status404NotFound, $"{char.ToUpperInvariant(noun[0])}{noun[1..]} not found");
}
