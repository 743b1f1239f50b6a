using System.Security.Claims;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>Converts callers to claims for the framework, and back.</summary>
public static class Principals
{
    /// <summary>The claim with the account's id.</summary>
    public const string Subject = "sub";

    /// <summary>The claim with the account's role.</summary>
    public const string Role = "role";

    /// <summary>The claim with the scopes, separated by spaces.</summary>
    public const string Scope = "scope";

    /// <summary>The claim with the session's id.</summary>
    public const string Session = "sid";

    /// <summary>The claim with the API key's id.</summary>
    public const string ApiKey = "key";

    /// <summary>The claim with the only resource that a media token grants access to.</summary>
    public const string Resource = "res";

    /// <summary>A caller on the operator's socket: an admin without an account.</summary>
    public static ClaimsPrincipal Operator { get; } = new(new ClaimsIdentity([new Claim(Role, "admin"), new Claim(Scope, Scopes.Admin)], "Operator", Subject, Role));

    /// <summary>Creates the caller of an account.</summary>
    public static ClaimsPrincipal Make(Guid userId, string role, string scope, Guid? sessionId, Guid? apiKeyId)
    {
        List<Claim> claims = [new(Subject, userId.ToString("D")), new(Role, role), new(Scope, scope)];
        if (sessionId is { } session)
            claims.Add(new Claim(Session, session.ToString("D")));
        if (apiKeyId is { } key)
            claims.Add(new Claim(ApiKey, key.ToString("D")));
        return new ClaimsPrincipal(new ClaimsIdentity(claims, CallerAuthentication.SchemeName, Subject, Role));
    }

    /// <summary>Converts the caller for grains.</summary>
    public static Caller ToCaller(this ClaimsPrincipal user) =>
        user.Identity is { IsAuthenticated: true } ? new Caller(user.IdOf(Subject), user.HasScope(Scopes.Admin)) : Caller.Anonymous;

    /// <summary>The caller's account.</summary>
    /// <exception cref="AudioException">Forbidden: the caller has none, such as an operator.</exception>
    public static Guid AccountId(this ClaimsPrincipal user) =>
        user.IdOf(Subject) ?? throw new AudioException(AudioError.Forbidden, "This needs an account");

    /// <summary>An id in a claim; null when the claim is missing.</summary>
    public static Guid? IdOf(this ClaimsPrincipal user, string claim) => user.FindFirst(claim) is { } found ? Guid.ParseExact(found.Value, "D") : null;

    /// <summary>Whether the caller has a scope; admins have all.</summary>
    public static bool HasScope(this ClaimsPrincipal user, string scope)
    {
        if (user.FindFirst(Scope) is not { } claim)
            return false;
        foreach (var range in claim.Value.AsSpan().Split(' '))
        {
            if (claim.Value.AsSpan(range).SequenceEqual(scope) || claim.Value.AsSpan(range).SequenceEqual(Scopes.Admin))
                return true;
        }
        return false;
    }
}
