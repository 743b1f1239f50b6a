using Audio.Orleans.Contracts.Tokens;

namespace Audio.Orleans.Contracts.Accounts.SignIn;

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
    public static SignInResult Of(SignInStatus status) => new(status, null, null, null);

    /// <summary>Keeps the tokens out of logs.</summary>
    public override string ToString() => $"SignInResult {Status}";
}
