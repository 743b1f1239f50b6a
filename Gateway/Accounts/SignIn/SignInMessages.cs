using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Gateway.Accounts.SignIn;

/// <summary>A provider whose accounts can sign in here.</summary>
/// <param name="Provider">Its name in addresses.</param>
/// <param name="Name">Its display name.</param>
/// <param name="Url">Where a browser starts the sign-in.</param>
public sealed record ProviderResponse(string Provider, string Name, string Url)
{
    /// <summary>Maps the provider that the grain returns.</summary>
    public static ProviderResponse From(SignInProvider provider) => new ProviderResponse(provider.Provider, provider.Name, $"{SignInApi.Path}/{provider.Provider}");
}

/// <summary>An external account that signs in to the caller's account.</summary>
/// <param name="Provider">Its provider.</param>
/// <param name="LinkedAt">When it was linked, UTC.</param>
public sealed record IdentityResponse(string Provider, DateTimeOffset LinkedAt)
{
    /// <summary>Maps the identity that the grain returns.</summary>
    public static IdentityResponse From(LinkedIdentity identity) => new IdentityResponse(identity.Provider, identity.LinkedAt);
}

/// <summary>The response to <c>POST /v1/users/me/identities/{provider}</c>.</summary>
/// <param name="AuthorizationUrl">Where to send the browser that received this response, within ten minutes.</param>
public sealed record LinkBegun(string AuthorizationUrl);

/// <summary>The body of <c>POST /v1/users/me/identities/{provider}</c>.</summary>
[Example("""{"password": "correct horse 1!"}""")]
public sealed record IdentityLink
{
    /// <summary>The account's password, if it has one.</summary>
    public string? Password { get; init; }

    /// <summary>The second factor, if it is enabled: six digits of the authenticator, or a recovery code.</summary>
    public string? Code { get; init; }
}
