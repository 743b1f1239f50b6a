using System.Security.Claims;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Live;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Playlists;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Streams;
using AudioOrleans.Gateway.Uploads;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Grains.Interfaces.Uploads;

namespace AudioOrleans.Gateway.Media;

/// <summary>Tokens for players that send no headers: short-lived, and valid for one stream, playlist or upload.</summary>
public static class MediaTokensApi
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>Adds the routes.</summary>
    public static void MapMediaTokens(this IEndpointRouteBuilder routes, TokenOptions options)
    {
        Describe<MediaTokenResponse>(
            routes.MapPost("/streams/{streamId:guid}/media-token", async (Guid streamId, MediaTokenRequest body, ClaimsPrincipal user, StreamAccessCache accessCache, AccessPolicy policy, IGrainFactory grains, PublicAddress address) =>
                RefuseLifetime(body, options) ?? await policy.RefuseAsync(streamId, await accessCache.FindAsync(streamId), user) ?? await IssueAsync(MediaResource.Stream, streamId, Scopes.StreamsRead, StreamUrls.From(streamId, address).Hls, body, user, grains, options, token =>
                {
                    var urls = StreamUrls.From(streamId, address);
                    return new MediaTokenResponse(token.Token, token.ExpiresIn, token.ExpiresAt, new StreamUrls(token.In(urls.Hls), token.In(urls.Mp3)));
                })),
            "live.issue_token", "Live", Scopes.StreamsRead, "stream");
        Describe<PlaylistTokenResponse>(
            routes.MapPost("/playlists/{playlistId:guid}/media-token", async (Guid playlistId, MediaTokenRequest body, ClaimsPrincipal user, PlaylistAccessCache accessCache, AccessPolicy policy, IGrainFactory grains, PublicAddress address) =>
            {
                if (RefuseLifetime(body, options) is { } refusal)
                    return refusal;
                var playback = await accessCache.FindAsync(playlistId) ?? throw new AudioException(AudioError.NotFound, "Playlist not found");
                return await policy.RefuseAsync(Publication.From(playlistId, playback), user)
                    ?? await IssueAsync(MediaResource.Playlist, playlistId, Scopes.PlaylistsRead, PlaylistUrls.From(playlistId, address).Hls, body, user, grains, options, token =>
                    {
                        var urls = PlaylistUrls.From(playlistId, address);
                        return new PlaylistTokenResponse(token.Token, token.ExpiresIn, token.ExpiresAt, new PlaylistUrls(token.In(urls.Hls), token.In(urls.Mp3)));
                    });
            }),
            "playlists.issue_token", "Playlists", Scopes.PlaylistsRead, "playlist");
        Describe<UploadTokenResponse>(
            routes.MapPost("/uploads/audio/{uploadId:guid}/media-token", async (Guid uploadId, MediaTokenRequest body, ClaimsPrincipal user, IGrainFactory grains, PublicAddress address) =>
            {
                if (RefuseLifetime(body, options) is { } refusal)
                    return refusal;
                await grains.GetGrain<IUploadGrain>(GrainKeys.Upload(uploadId)).Get(user.ToCaller());
                return await IssueAsync(MediaResource.Upload, uploadId, Scopes.UploadsRead, UploadUrls.From(uploadId, address).Manifest, body, user, grains, options, token =>
                {
                    var urls = UploadUrls.From(uploadId, address);
                    return new UploadTokenResponse(token.Token, token.ExpiresIn, token.ExpiresAt, token.In(urls.Manifest), token.In(urls.Original));
                });
            }),
            "uploads.issue_token", "Uploads", Scopes.UploadsRead, "upload");
    }

    private static void Describe<T>(RouteHandlerBuilder route, string name, string tag, string scope, string noun) => route
        .WithName(name).AcceptsIdempotencyKey().WithoutAudit().RequireAuthorization(scope).WithTags(tag)
        .WithSummary($"Creates a token for `?token=` on the media of one {noun}, for players that send no headers.")
        .Produces<T>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> IssueAsync<T>(
        MediaResource resource, Guid id, string scope, string location, MediaTokenRequest body, ClaimsPrincipal user, IGrainFactory grains, TokenOptions options, Func<Issued, T> answer)
    {
        var lifetime = LifetimeOf(body, options);
        var token = await grains.GetGrain<ITokensGrain>(GrainKeys.Shared).IssueMediaToken(new CreateMediaToken(
            user.AccountId(), user.FindFirst(Principals.Role)!.Value, user.IdOf(Principals.Session), user.IdOf(Principals.ApiKey), resource.Of(id), scope, lifetime));
        return TypedResults.Created(location, answer(new Issued(token.Token, (long)lifetime.TotalSeconds, token.ExpiresAt)));
    }

    private static TimeSpan LifetimeOf(MediaTokenRequest body, TokenOptions options) => body.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : options.MediaLifetime;

    private static IResult? RefuseLifetime(MediaTokenRequest body, TokenOptions options) =>
        LifetimeOf(body, options) is var lifetime && (lifetime < Shortest || lifetime > options.LongestMediaLifetime)
            ? ProblemJson.Invalid([new FieldProblem("expires_in", $"Expected {Shortest.TotalSeconds} to {options.LongestMediaLifetime.TotalSeconds} seconds.", FieldCodes.OutOfRange)])
            : null;

    private sealed record Issued(string Token, long ExpiresIn, DateTimeOffset ExpiresAt)
    {
        public string In(string url) => $"{url}?token={Token}";
    }
}

/// <summary>The body of a request for a media token.</summary>
[Example("""{"expires_in": 3600}""")]
public sealed record MediaTokenRequest
{
    /// <summary>The token's lifetime in seconds; an hour by default, at most twelve hours.</summary>
    public int? ExpiresIn { get; init; }
}

/// <summary>The response to <c>POST /v1/streams/{id}/media-token</c>.</summary>
/// <param name="Token">The token, for <c>?token=</c>.</param>
/// <param name="ExpiresIn">The token's lifetime in seconds. Progressive audio that is playing when it expires continues.</param>
/// <param name="ExpiresAt">When it expires, UTC.</param>
/// <param name="StreamUrls">The stream's addresses with the token in them.</param>
public sealed record MediaTokenResponse(string Token, long ExpiresIn, DateTimeOffset ExpiresAt, StreamUrls StreamUrls);

/// <summary>The response to <c>POST /v1/playlists/{id}/media-token</c>.</summary>
/// <param name="Token">The token, for <c>?token=</c>.</param>
/// <param name="ExpiresIn">The token's lifetime in seconds.</param>
/// <param name="ExpiresAt">When it expires, UTC.</param>
/// <param name="StreamUrls">The playlist's addresses with the token in them.</param>
public sealed record PlaylistTokenResponse(string Token, long ExpiresIn, DateTimeOffset ExpiresAt, PlaylistUrls StreamUrls);

/// <summary>The response to <c>POST /v1/uploads/audio/{id}/media-token</c>.</summary>
/// <param name="Token">The token, for <c>?token=</c>.</param>
/// <param name="ExpiresIn">The token's lifetime in seconds.</param>
/// <param name="ExpiresAt">When it expires, UTC.</param>
/// <param name="HlsManifestUrl">The upload's HLS playlist with the token in it; the segments require the token too.</param>
/// <param name="StorageUrl">The upload's MP3 with the token in it.</param>
public sealed record UploadTokenResponse(string Token, long ExpiresIn, DateTimeOffset ExpiresAt, string HlsManifestUrl, string StorageUrl);
