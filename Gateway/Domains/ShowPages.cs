using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Podcasts;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;

namespace AudioOrleans.Gateway.Domains;

/// <summary>A rendered page.</summary>
/// <param name="FeedETag">The ETag of the feed that it was rendered for: both show the same.</param>
/// <param name="Html">The page, UTF-8.</param>
public sealed record ShowPage(string FeedETag, ReadOnlyMemory<byte> Html)
{
    /// <summary>Its strong ETag, quotes included.</summary>
    public string ETag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(Html.Span).AsSpan(0, 12))}\"";
}

/// <summary>The pages of shows on custom hosts, rendered again when their feed has changed. Only public shows have one.</summary>
public sealed class ShowPages(IGrainFactory grains, FeedCache feeds, TimeProvider time) : RefreshingCache<(Guid PodcastId, string BaseUrl), ShowPage>(time)
{
    private const int MostEpisodes = 100;

    /// <inheritdoc/>
    protected override async Task<ShowPage?> AskAsync((Guid PodcastId, string BaseUrl) key, ShowPage? last)
    {
        var address = new CustomAddress(key.PodcastId, key.BaseUrl);
        if (await feeds.FindAsync(new FeedKey(key.PodcastId, address.BaseUrl, CustomHostRouting.Feed, 0)) is not { Document: { Access.Visibility: Visibility.Public } feed })
            return null;
        if (last?.FeedETag == feed.ETag)
            return last;
        var podcast = await grains.Podcast(key.PodcastId).Get();
        var episodes = await grains.Episodes(key.PodcastId).ListEpisodes(Caller.Anonymous, new PageRequest(MostEpisodes, null));
        return new ShowPage(feed.ETag, Encoding.UTF8.GetBytes(ShowPageWriter.Write(podcast, episodes.Items, address)));
    }
}

/// <summary><c>GET /</c> on a custom host.</summary>
public static class ShowPageEndpoint
{
    /// <summary>Adds the page; it comes before the platform's own pages.</summary>
    public static WebApplication UseShowPages(this WebApplication app)
    {
        var pages = app.Services.GetRequiredService<ShowPages>();
        app.Use(next => context => context.Request.Path == "/" && context.Features.Get<CustomAddress>() is { } address ? SendAsync(context, address, pages) : next(context));
        return app;
    }

    private static async Task SendAsync(HttpContext context, CustomAddress address, ShowPages pages)
    {
        if (await pages.FindAsync((address.PodcastId, address.BaseUrl)) is not { } page)
        {
            await ProblemJson.Create(StatusCodes.Status404NotFound, "There is nothing here").ExecuteAsync(context);
            return;
        }
        var headers = context.Response.Headers;
        headers.ETag = page.ETag;
        headers.CacheControl = "public, no-cache";
        headers.ContentSecurityPolicy = ShowPageWriter.Policy;
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(page.ETag, StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        headers.ContentType = "text/html; charset=utf-8";
        headers.ContentLength = page.Html.Length;
        if (HttpMethods.IsGet(context.Request.Method))
            await context.Response.Body.WriteAsync(page.Html, context.RequestAborted);
    }
}
