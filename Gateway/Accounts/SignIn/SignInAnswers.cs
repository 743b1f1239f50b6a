using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Gateway.Accounts.SignIn;

/// <summary>Somebody whose accounts sign in here.</summary>
/// <param name="Provider">How it is called in addresses.</param>
/// <param name="Name">How people call it.</param>
/// <param name="Url">Where a browser begins.</param>
public sealed record ProviderResponse(string Provider, string Name, string Url)
{
    /// <summary>From what the grain tells.</summary>
    public static ProviderResponse From(SignInProvider provider) => new ProviderResponse(provider.Provider, provider.Name, $"{SignInApi.Path}/{provider.Provider}");
}

/// <summary>An account elsewhere that signs in to one's own.</summary>
/// <param name="Provider">Where.</param>
/// <param name="LinkedAt">Since when, UTC.</param>
public sealed record IdentityResponse(string Provider, DateTimeOffset LinkedAt)
{
    /// <summary>From what the grain tells.</summary>
    public static IdentityResponse From(LinkedIdentity identity) => new IdentityResponse(identity.Provider, identity.LinkedAt);
}

/// <summary>The answer to <c>POST /v1/users/me/identities/{provider}</c>.</summary>
/// <param name="AuthorizationUrl">Where the browser that got this answer is to go within ten minutes.</param>
public sealed record LinkBegun(string AuthorizationUrl);

/// <summary>The body of <c>POST /v1/users/me/identities/{provider}</c>.</summary>
[Example("""{"password": "correct horse 1!"}""")]
public sealed record IdentityLink
{
    /// <summary>The account's password, where it has one.</summary>
    public string? Password { get; init; }

    /// <summary>The second factor, where it is on: six digits of the authenticator, or a recovery code.</summary>
    public string? Code { get; init; }
}
