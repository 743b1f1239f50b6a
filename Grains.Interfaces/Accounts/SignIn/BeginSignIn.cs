namespace Audio.Orleans.Contracts.Accounts.SignIn;

/// <summary>A wish to sign in, or to link an account elsewhere.</summary>
/// <param name="Provider">By whom.</param>
/// <param name="ReturnTo">Where the browser is to go with its tokens, as the gateway allowed it; null to answer with them.</param>
/// <param name="Role">What a new account is for.</param>
/// <param name="LinkTo">Who wants to link; null to sign in.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.begin-sign-in")]
public sealed record BeginSignIn(
    [property: Id(0)] string Provider, [property: Id(1)] string? ReturnTo, [property: Id(2)] AccountRole Role, [property: Id(3)] LinkTarget? LinkTo);

/// <summary>The account that a person is to be linked to.</summary>
/// <param name="UserId">The account.</param>
/// <param name="SessionId">The session that asked for it: when it ends, its wishes end too.</param>
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
