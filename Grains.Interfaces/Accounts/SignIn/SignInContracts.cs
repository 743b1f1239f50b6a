using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Grains.Interfaces.Accounts.SignIn;

/// <summary>An external sign-in provider.</summary>
/// <param name="Provider">Its name in URLs, such as <c>github</c>.</param>
/// <param name="Name">Its display name.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.sign-in-provider")]
public sealed record SignInProvider([property: Id(0)] string Provider, [property: Id(1)] string Name);

/// <summary>A request to sign in with, or to link, an external account.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="ReturnTo">Where to redirect the browser with its tokens, as allowed by the gateway; null to return them in the response.</param>
/// <param name="Role">The role of a new account.</param>
/// <param name="LinkTo">The account to link to; null to sign in.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.begin-sign-in")]
public sealed record BeginSignIn(
    [property: Id(0)] string Provider, [property: Id(1)] string? ReturnTo, [property: Id(2)] AccountRole Role, [property: Id(3)] LinkTarget? LinkTo);

/// <summary>The account to link a person to.</summary>
/// <param name="UserId">The account.</param>
/// <param name="SessionId">The session that requested it: when it ends, so do its requests.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.link-target")]
public sealed record LinkTarget([property: Id(0)] Guid UserId, [property: Id(1)] Guid SessionId);

/// <summary>A sign-in in progress.</summary>
/// <param name="AuthorizationUrl">Where to redirect the browser; contains the sealed state.</param>
/// <param name="BrowserNonce">The nonce kept by the browser: the state is invalid in any other browser.</param>
/// <param name="Lifetime">How long the sign-in may take.</param>
/// <param name="IsSecure">Whether the browser returns by https.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.sign-in-begun")]
public sealed record SignInBegun(
    [property: Id(0)] string AuthorizationUrl, [property: Id(1)] string BrowserNonce, [property: Id(2)] TimeSpan Lifetime, [property: Id(3)] bool IsSecure)
{
    /// <summary>Keeps state and nonce out of logs.</summary>
    public override string ToString() => "SignInBegun";
}

/// <summary>What a browser sends back from a provider.</summary>
/// <param name="Provider">The provider of the callback address.</param>
/// <param name="State">The sealed state; null if missing.</param>
/// <param name="BrowserNonce">The nonce kept by the browser; null if missing.</param>
/// <param name="Code">The authorization code.</param>
/// <param name="Error">Why there is no code: the provider's error code.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.finish-sign-in")]
public sealed record FinishSignIn(
    [property: Id(0)] string Provider,
    [property: Id(1)] string? State,
    [property: Id(2)] string? BrowserNonce,
    [property: Id(3)] string? Code,
    [property: Id(4)] string? Error)
{
    /// <summary>Keeps state, nonce and code out of logs.</summary>
    public override string ToString() => "FinishSignIn";
}

/// <summary>The status of a sign-in with a provider.</summary>
public enum SignInStatus
{
    /// <summary>Success: tokens were issued.</summary>
    Granted,

    /// <summary>Success: the person is linked to the account that requested it.</summary>
    Linked,

    /// <summary>It was started in another browser, with another provider, or too long ago.</summary>
    StateRefused,

    /// <summary>The person declined at the provider.</summary>
    Denied,

    /// <summary>The provider rejects the code: it is used, expired or not ours.</summary>
    CodeRefused,

    /// <summary>The provider returns no address that it has verified.</summary>
    EmailUnverified,

    /// <summary>An account has the address but has not verified it here: it may be somebody else's.</summary>
    AccountUnverified,

    /// <summary>The account is linked to another person at this provider.</summary>
    OtherLinked,

    /// <summary>The person is linked to another account.</summary>
    IdentityTaken,

    /// <summary>An admin disabled the account.</summary>
    Disabled,

    /// <summary>The account requires its second factor, which only a password login asks for.</summary>
    SecondFactorNeeded,

    /// <summary>The session that requested the link has ended.</summary>
    SessionEnded,
}

/// <summary>The result of a sign-in with a provider.</summary>
/// <param name="Status">The status.</param>
/// <param name="Tokens">The tokens of a session.</param>
/// <param name="Linked">What was linked.</param>
/// <param name="ReturnTo">Where to redirect the browser; null to return the tokens in the response.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.sign-in-result")]
public sealed record SignInResult(
    [property: Id(0)] SignInStatus Status, [property: Id(1)] TokenPair? Tokens, [property: Id(2)] LinkedIdentity? Linked, [property: Id(3)] string? ReturnTo)
{
    /// <summary>A result with a status only.</summary>
    public static SignInResult From(SignInStatus status) => new(status, null, null, null);

    /// <summary>Keeps the tokens out of logs.</summary>
    public override string ToString() => $"SignInResult {Status}";
}

/// <summary>A person as identified by a provider.</summary>
/// <param name="Provider">The provider, such as <c>github</c>.</param>
/// <param name="Subject">The provider's own id of the person, which is never reassigned.</param>
/// <param name="VerifiedEmail">The address that the provider has verified, normalised; null if there is none.</param>
/// <param name="Name">Display name; may be empty.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.external-person")]
public sealed record ExternalPerson(
    [property: Id(0)] string Provider, [property: Id(1)] string Subject, [property: Id(2)] string? VerifiedEmail, [property: Id(3)] string Name)
{
    /// <summary>Keeps the person out of logs.</summary>
    public override string ToString() => $"ExternalPerson of {Provider}";
}

/// <summary>A linked external identity.</summary>
/// <param name="Provider">The provider, such as <c>github</c>.</param>
/// <param name="LinkedAt">When it was linked, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.linked-identity")]
public sealed record LinkedIdentity([property: Id(0)] string Provider, [property: Id(1)] DateTimeOffset LinkedAt);
