using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>The keys of tokens: the public ones for everybody, and key rotation for admins.</summary>
public static class KeysApi
{
    /// <summary>Adds the routes; the route of the public keys has no base path.</summary>
    public static void MapKeys(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/.well-known/jwks.json", GetKeysAsync).WithName("keys.list").WithTags("Tokens").WithSummary("Lists the public keys of tokens (RFC 7517).").Produces<JsonWebKeys>();
        routes.MapPost("/v1/admin/signing-keys", RotateAsync).WithName("keys.rotate").AcceptsIdempotencyKey().RequireAuthorization(Scopes.OwnSession, Scopes.Admin).WithTags("Tokens")
            .WithSummary("Creates a new signing key ahead of schedule; after a theft, revokes the old ones.")
            .Produces<JsonWebKey>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
    }

    private static async Task<IResult> GetKeysAsync(HttpContext context, TokenKeys keys)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        return TypedResults.Ok(new JsonWebKeys([.. (await keys.GetAsync()).Select(ToJson)]));
    }

    private static async Task<IResult> RotateAsync(KeyRotation body, IGrainFactory grains, TokenKeys keys)
    {
        var key = await grains.GetGrain<ITokensGrain>(GrainKeys.Shared).RotateKeys(body.RevokeOld ?? false);
        await keys.GetAsync();
        return TypedResults.Created("/.well-known/jwks.json", ToJson(key));
    }

    private static JsonWebKey ToJson(SigningKeyInfo key) => new("RSA", "sig", "RS256", key.KeyId, key.Modulus, key.Exponent);
}

/// <summary>The body of <c>POST /v1/admin/signing-keys</c>.</summary>
[Example("""{"revoke_old": false}""")]
public sealed record KeyRotation
{
    /// <summary>
    /// True if a key was stolen: tokens signed by the old keys become invalid, here at once and on other nodes within two minutes, and everybody
    /// must refresh. False (the default): they expire normally.
    /// </summary>
    public bool? RevokeOld { get; init; }
}

/// <summary>A JSON Web Key Set (RFC 7517).</summary>
/// <param name="Keys">The keys, the newest first.</param>
public sealed record JsonWebKeys(IReadOnlyList<JsonWebKey> Keys);

/// <summary>An RSA key that verifies tokens (RFC 7518, section 6.3).</summary>
/// <param name="Kty">Always <c>RSA</c>.</param>
/// <param name="Use">Always <c>sig</c>.</param>
/// <param name="Alg">Always <c>RS256</c>.</param>
/// <param name="Kid">Its id, as in the tokens' headers.</param>
/// <param name="N">The modulus, base64url.</param>
/// <param name="E">The exponent, base64url.</param>
public sealed record JsonWebKey(string Kty, string Use, string Alg, string Kid, string N, string E);
