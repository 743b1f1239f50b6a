using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Podcasts;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;
using Microsoft.AspNetCore.Connections.Features;

namespace AudioOrleans.Gateway.Domains;

/// <summary>A feature of requests on a custom host.</summary>
/// <param name="PodcastId">The podcast that is served there.</param>
/// <param name="BaseUrl">The scheme and host of addresses in responses.</param>
public sealed record CustomAddress(Guid PodcastId, string BaseUrl)
{
    /// <summary>The address of the feed.</summary>
    public string FeedUrl => BaseUrl + CustomHostRouting.Feed;
}

/// <summary>
/// What is served on custom hosts: one podcast's page, feed and episodes. Everything else is 404 there, the API and the podcasts of others
/// included. Hosts that are not custom ones are not concerned.
/// </summary>
public static class CustomHostRouting
{
    /// <summary>The path of the feed.</summary>
    public const string Feed = "/rss.xml";

    private const string Challenges = "/.well-known/acme-challenge/";
    private const string Podcasts = "/v1/podcasts/";
    private const string Streams = "/v1/streams/";
    private const string DefaultImage = "/podcast.jpg";
    private const int LongestToken = 128;

    /// <summary>Adds the middleware; it comes before everything that looks at the path.</summary>
    public static WebApplication UseCustomHosts(this WebApplication app)
    {
        var hosts = app.Services.GetRequiredService<CustomHosts>();
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        var platform = app.Services.GetRequiredService<PublicAddress>();
        app.Use(next => context =>
        {
            var request = context.Request;
            if (request.Path.Value is { } path && path.StartsWith(Challenges, StringComparison.Ordinal) && HttpMethods.IsGet(request.Method))
                return AnswerChallengeAsync(context, path[Challenges.Length..], hosts, grains);
            if (hosts.Count == 0)
                return next(context);
            var name = request.Host.Host.TrimEnd('.');
            // A connection is for one host: certificates of others are not valid there (RFC 9110, section 7.4).
            if (context.Features.Get<ITlsHandshakeFeature>()?.HostName is { Length: > 0 } asked && hosts.TryFind(asked, out var secured) && !secured.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                return RefuseAsync(context, StatusCodes.Status421MisdirectedRequest, "This connection is for another host");
            return hosts.TryFind(name, out var host) ? ServeAsync(context, host, platform, next) : MoveFeed(context, hosts) ?? next(context);
        });
        return app;
    }

    private static Task ServeAsync(HttpContext context, CustomHost host, PublicAddress platform, RequestDelegate next)
    {
        var request = context.Request;
        if (host.HasCertificate && !request.IsHttps)
            return RedirectAsync(context, $"https://{host.Name}{request.Path.ToUriComponent()}{request.QueryString}", StatusCodes.Status308PermanentRedirect);
        if (host.PodcastId is not { } podcastId || !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)))
            return NotFoundAsync(context);
        var path = request.Path.Value ?? "";
        if (path == Feed)
            request.Path = PodcastPaths.Feed(podcastId);
        // The feed names a live stream under its own host.
        else if (path.StartsWith(Streams, StringComparison.Ordinal) && platform.Of("").Length > 0)
            return RedirectAsync(context, platform.Of(request.Path.ToUriComponent()) + request.QueryString, StatusCodes.Status302Found);
        else if (path is not ("/" or DefaultImage) && !IsEpisodeFile(path, podcastId))
            return NotFoundAsync(context);
        context.Features.Set(new CustomAddress(podcastId, $"{request.Scheme}://{host.Name}"));
        return next(context);
    }

    /// <summary>The feed at the API's address has moved, unless the caller sends a token: clients do not send that to another host.</summary>
    private static Task? MoveFeed(HttpContext context, CustomHosts hosts)
    {
        var request = context.Request;
        return request.Path.Value is { } path && path.StartsWith(Podcasts, StringComparison.OrdinalIgnoreCase) && path.EndsWith(Feed, StringComparison.OrdinalIgnoreCase)
            && Guid.TryParseExact(path.AsSpan(Podcasts.Length, path.Length - Podcasts.Length - Feed.Length), "D", out var podcastId)
            && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)) && request.Headers.Authorization.Count == 0
            && hosts.TryFindByPodcast(podcastId, out var host)
            ? RedirectAsync(context, $"https://{host.Name}{Feed}{request.QueryString}", StatusCodes.Status302Found)
            : null;
    }

    /// <summary>Any gateway answers for a host whose certificate is being requested (RFC 8555, section 8.3); for no other.</summary>
    private static async Task AnswerChallengeAsync(HttpContext context, string token, CustomHosts hosts, IGrainFactory grains)
    {
        var name = context.Request.Host.Host.TrimEnd('.').ToLowerInvariant();
        // A host that was verified just now may not be here yet.
        var domainId = hosts.TryFind(name, out var host) ? host.DomainId
            : token.Length <= LongestToken ? (await grains.GetGrain<IDomainCatalogGrain>(GrainKeys.Shared).FindHost(name))?.DomainId : null;
        var response = domainId is { } id && token.Length <= LongestToken
            ? await grains.GetGrain<IDomainChallengeGrain>(GrainKeys.Domain(id)).WaitForChallenge(name, new Secret(token))
            : null;
        if (response is null)
        {
            await NotFoundAsync(context);
            return;
        }
        SecurityHeaders.AddToMedia(context);
        context.Response.ContentType = "application/octet-stream";
        await context.Response.WriteAsync(response.Value, context.RequestAborted);
    }

    /// <summary>Whether it is the audio, the chapters or a transcript of an episode of this podcast.</summary>
    private static bool IsEpisodeFile(string path, Guid podcastId)
    {
        var parts = path.Split('/');
        return parts is ["", "v1", "podcasts", var podcast, "episodes", var episode, ..] && Guid.TryParseExact(podcast, "D", out var id) && id == podcastId
            && Guid.TryParseExact(episode, "D", out _) && (parts[6..] is ["audio.mp3"] or ["chapters.json"] or ["transcripts", _] || (parts[6..] is [var file] && file == $"{episode}.mp3"));
    }

    private static Task RedirectAsync(HttpContext context, string address, int status)
    {
        RequestIds.Take(context);
        RequestIds.Answer(context);
        SecurityHeaders.AddToMedia(context);
        context.Response.StatusCode = status;
        context.Response.Headers.Location = address;
        context.Response.Headers.CacheControl = "no-cache"; // A domain may be deleted.
        return Task.CompletedTask;
    }

    private static Task NotFoundAsync(HttpContext context) => RefuseAsync(context, StatusCodes.Status404NotFound, "There is nothing here");

    private static Task RefuseAsync(HttpContext context, int status, string error)
    {
        RequestIds.Take(context);
        RequestIds.Answer(context);
        SecurityHeaders.AddToMedia(context);
        return ProblemJson.Create(status, error).ExecuteAsync(context);
    }
}
