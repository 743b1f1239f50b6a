using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Grains.Interfaces.Accounts.SignIn;

/// <summary>Somebody whose accounts sign in here.</summary>
/// <param name="Provider">How it is called in addresses, such as <c>github</c>.</param>
/// <param name="Name">How people call it.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.sign-in-provider")]
public sealed record SignInProvider([property: Id(0)] string Provider, [property: Id(1)] string Name);

/// <summary>A request to sign in, or to link an account elsewhere.</summary>
/// <param name="Provider">By whom.</param>
/// <param name="ReturnTo">Where the browser is to go with its tokens, as the gateway allowed it; null to answer with them.</param>
/// <param name="Role">What a new account is for.</param>
/// <param name="LinkTo">Who wants to link; null to sign in.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.begin-sign-in")]
public sealed record BeginSignIn(
    [property: Id(0)] string Provider, [property: Id(1)] string? ReturnTo, [property: Id(2)] AccountRole Role, [property: Id(3)] LinkTarget? LinkTo);

/// <summary>The account that a person is to be linked to.</summary>
/// <param name="UserId">The account.</param>
/// <param name="SessionId">The session that asked for it: when it ends, its requests end too.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.link-target")]
public sealed record LinkTarget([property: Id(0)] Guid UserId, [property: Id(1)] Guid SessionId);

/// <summary>A sign-in that has begun.</summary>
/// <param name="AuthorizationUrl">Where the browser is to go; it holds the sealed state.</param>
/// <param name="BrowserNonce">What the browser keeps meanwhile: the state is worth nothing in another one.</param>
/// <param name="Lifetime">How long it may take.</param>
/// <param name="IsSecure">Whether the browser comes back by https.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.sign-in-begun")]
public sealed record SignInBegun(
    [property: Id(0)] string AuthorizationUrl, [property: Id(1)] string BrowserNonce, [property: Id(2)] TimeSpan Lifetime, [property: Id(3)] bool IsSecure)
{
    /// <summary>Keeps state and nonce out of logs.</summary>
    public override string ToString() => "SignInBegun";
}

/// <summary>What a browser brings back from a provider.</summary>
/// <param name="Provider">Whose address it came to.</param>
/// <param name="State">The sealed state; null where it is missing.</param>
/// <param name="BrowserNonce">What the browser kept; null where it is missing.</param>
/// <param name="Code">The authorization code.</param>
/// <param name="Error">Why there is none, in the provider's word.</param>
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

/// <summary>How a sign-in by a provider ended.</summary>
public enum SignInStatus
{
    /// <summary>Good: there are tokens.</summary>
    Granted,

    /// <summary>Good: the person is linked to the account that asked for it.</summary>
    Linked,

    /// <summary>It did not begin in this browser, not with this provider, or too long ago.</summary>
    StateRefused,

    /// <summary>The person did not agree at the provider.</summary>
    Denied,

    /// <summary>The provider refuses the code: it is used, too old or not ours.</summary>
    CodeRefused,

    /// <summary>The provider gives no address of which it says that it is verified.</summary>
    EmailUnverified,

    /// <summary>An account has the address, but nobody proved here to read it: it may be somebody else's.</summary>
    AccountUnverified,

    /// <summary>The account is linked to another person at this provider.</summary>
    OtherLinked,

    /// <summary>The person is linked to another account.</summary>
    IdentityTaken,

    /// <summary>An admin switched the account off.</summary>
    Disabled,

    /// <summary>The account wants its second factor, which is asked for at a login by password only.</summary>
    SecondFactorNeeded,

    /// <summary>The session that wanted to link has ended.</summary>
    SessionEnded,
}

/// <summary>How a sign-in by a provider ended, with what it gives.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Tokens">The tokens of a session.</param>
/// <param name="Linked">What was linked.</param>
/// <param name="ReturnTo">Where the browser is to go; null to answer.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.sign-in-result")]
public sealed record SignInResult(
    [property: Id(0)] SignInStatus Status, [property: Id(1)] TokenPair? Tokens, [property: Id(2)] LinkedIdentity? Linked, [property: Id(3)] string? ReturnTo)
{
    /// <summary>It ended so, and there is nothing more to say.</summary>
    public static SignInResult From(SignInStatus status) => new(status, null, null, null);

    /// <summary>Keeps the tokens out of logs.</summary>
    public override string ToString() => $"SignInResult {Status}";
}

/// <summary>A person as a provider knows them.</summary>
/// <param name="Provider">Where, such as <c>github</c>.</param>
/// <param name="Subject">The provider's own id of the person, which never changes hands.</param>
/// <param name="VerifiedEmail">The address that the provider says the person reads, normalised; null when there is none.</param>
/// <param name="Name">A name to show; may be empty.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.external-person")]
public sealed record ExternalPerson(
    [property: Id(0)] string Provider, [property: Id(1)] string Subject, [property: Id(2)] string? VerifiedEmail, [property: Id(3)] string Name)
{
    /// <summary>Keeps the person out of logs.</summary>
    public override string ToString() => $"ExternalPerson of {Provider}";
}

/// <summary>An account elsewhere that signs in to an account.</summary>
/// <param name="Provider">Where, such as <c>github</c>.</param>
/// <param name="LinkedAt">Since when, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.linked-identity")]
public sealed record LinkedIdentity([property: Id(0)] string Provider, [property: Id(1)] DateTimeOffset LinkedAt);
