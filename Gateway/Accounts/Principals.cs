using System.Security.Claims;
using Audio.Orleans.Contracts;

namespace Audio.Orleans.Gateway.Accounts;

/// <summary>Reads callers out of what authentication left.</summary>
public static class Principals
{
    /// <summary>The claim with the account's id.</summary>
    public const string Subject = "sub";

    /// <summary>The claim with the account's role.</summary>
    public const string Role = "role";

    /// <summary>The claim with the scopes, separated by spaces.</summary>
    public const string Scope = "scope";

    /// <summary>The caller as grains want it.</summary>
    public static Caller ToCaller(this ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.FindFirst(Subject) is { } subject
            ? new Caller(Guid.Parse(subject.Value), user.FindFirst(Role)?.Value == "admin")
            : Caller.Anonymous;
    }

    /// <summary>Whether the token carries a scope; admins' tokens carry all.</summary>
    public static bool HasScope(this ClaimsPrincipal user, string scope)
    {
        ArgumentNullException.ThrowIfNull(user);
        return user.FindFirst(Scope) is { } claim && claim.Value.Split(' ') is var scopes && (scopes.Contains(scope) || scopes.Contains(Scopes.Admin));
    }
}
