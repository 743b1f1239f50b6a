using System.Security.Claims;
using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Tokens;
using Audio.Orleans.Gateway.Authentication;
using Audio.Orleans.Gateway.Conventions;
using Audio.Orleans.Gateway.Descriptions;
using Audio.Orleans.Gateway.Media;
using Audio.Orleans.Gateway.Problems;
using Audio.Orleans.Gateway.Streams;

namespace Audio.Orleans.Gateway.Live;

/// <summary>Tokens for players that send no headers: short, and good for one stream.</summary>
public static class MediaTokensApi
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>Adds the route.</summary>
    public static void MapMediaTokens(this IEndpointRouteBuilder routes, TokenOptions options) =>
        routes.MapPost("/streams/{streamId:guid}/media-token", (Guid streamId, MediaTokenRequest body, ClaimsPrincipal user, StreamGate gate, IGrainFactory grains) =>
                IssueAsync(streamId, body, user, gate, grains, options))
            .WithName("live.issue_token").AcceptsIdempotencyKey().WithoutAudit().RequireAuthorization(Scopes.StreamsRead).WithTags("Live")
            .WithSummary("Makes a token for `?token=` on one stream's media, for players that send no headers.")
            .Produces<MediaTokenAnswer>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> IssueAsync(Guid streamId, MediaTokenRequest body, ClaimsPrincipal user, StreamGate gate, IGrainFactory grains, TokenOptions options)
    {
        var lifetime = body.ExpiresIn is { } seconds ? TimeSpan.FromSeconds(seconds) : options.MediaLifetime;
        if (lifetime < Shortest || lifetime > options.LongestMediaLifetime)
            return ProblemJson.Invalid([new FieldProblem("expires_in", $"Expected {Shortest.TotalSeconds} to {options.LongestMediaLifetime.TotalSeconds} seconds.")]);
        var userId = user.AccountId();
        if (ListenerAccess.Refuse(await gate.FindAsync(streamId), user) is { } refusal)
            return refusal;
        var token = await grains.GetGrain<ITokensGrain>(GrainKeys.Shared).IssueMediaToken(new MediaTokenWish(
            userId, user.FindFirst(Principals.Role)!.Value, user.IdOf(Principals.Session), user.IdOf(Principals.ApiKey),
            MediaResource.Stream.Of(streamId), Scopes.StreamsRead, lifetime));
        var urls = StreamUrls.Of(streamId);
        return TypedResults.Created(urls.Hls, new MediaTokenAnswer(
            token.Token, (long)lifetime.TotalSeconds, token.ExpiresAt, new StreamUrls($"{urls.Hls}?token={token.Token}", $"{urls.Mp3}?token={token.Token}")));
    }
}

/// <summary>The body of <c>POST /v1/streams/{id}/media-token</c>.</summary>
[Example("""{"expires_in": 3600}""")]
public sealed record MediaTokenRequest
{
    /// <summary>How long the token is to be good, in seconds; an hour unless told, at most twelve.</summary>
    public int? ExpiresIn { get; init; }
}

/// <summary>The answer to <c>POST /v1/streams/{id}/media-token</c>.</summary>
/// <param name="Token">The token, for <c>?token=</c>.</param>
/// <param name="ExpiresIn">How long it is good, in seconds. Progressive audio that plays then plays on.</param>
/// <param name="ExpiresAt">When it ends, UTC.</param>
/// <param name="StreamUrls">The stream's addresses with the token in them.</param>
public sealed record MediaTokenAnswer(string Token, long ExpiresIn, DateTimeOffset ExpiresAt, StreamUrls StreamUrls);
