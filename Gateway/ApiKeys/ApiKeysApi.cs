using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.ApiKeys;

namespace AudioOrleans.Gateway.ApiKeys;

/// <summary>API keys, which DJ tools use instead of a login.</summary>
public static class ApiKeysApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapApiKeys(this IEndpointRouteBuilder routes)
    {
        // An API key that could create API keys could grant itself more than it was given.
        var keys = routes.MapGroup("/api-keys").WithTags("API keys").RequireAuthorization(Scopes.OwnSession);
        keys.MapPost("/", CreateAsync).WithName("api_keys.create").AcceptsIdempotencyKey().WithSummary("Creates an API key. The key itself is only in this response; send it as `X-Api-Key`.")
            .Produces<ApiKeyCreated>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        keys.MapGet("/", ListAsync).WithName("api_keys.list").WithSummary("Lists the caller's API keys, newest first.")
            .Produces<ListResponse<ApiKeyResponse>>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        keys.MapDelete("/{keyId:guid}", RevokeAsync).WithName("api_keys.revoke").WithSummary("Revokes an API key at once.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> CreateAsync(ApiKeyRequest body, HttpContext context, IGrainFactory grains, AccountStatusCache statuses)
    {
        var user = context.User;
        var outcome = await Keys(user, grains).Create(new CreateApiKey(context.NewResourceId(), body.Name ?? "", [.. body.Scopes ?? []], body.ExpiresAt));
        statuses.Forget(user.AccountId());
        return outcome.Details is { } key
            ? TypedResults.Created($"/v1/api-keys/{key.KeyId:D}", new ApiKeyCreated(key.KeyId, key.Name, outcome.KeyToken!, key.Prefix, key.Scopes, key.CreatedAt, key.ExpiresAt))
            : ProblemJson.Invalid(outcome.Problems);
    }

    private static async Task<IResult> ListAsync([AsParameters] ListQuery query, ClaimsPrincipal user, IGrainFactory grains)
    {
        var page = await Keys(user, grains).List(query.ToPage());
        return TypedResults.Ok(page.ToAnswer(key => new ApiKeyResponse(key.KeyId, key.Name, key.Prefix, key.Scopes, key.CreatedAt, key.ExpiresAt, key.LastUsedAt)));
    }

    private static async Task<IResult> RevokeAsync(Guid keyId, ClaimsPrincipal user, IGrainFactory grains, AccountStatusCache statuses)
    {
        await Keys(user, grains).Revoke(keyId);
        statuses.Forget(user.AccountId());
        return TypedResults.NoContent();
    }

    private static IApiKeysGrain Keys(ClaimsPrincipal user, IGrainFactory grains) => grains.GetGrain<IApiKeysGrain>(GrainKeys.Account(user.AccountId()));
}
