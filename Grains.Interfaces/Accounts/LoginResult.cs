using Audio.Orleans.Contracts.Tokens;

namespace Audio.Orleans.Contracts.Accounts;

/// <summary>How a login ended.</summary>
public enum LoginStatus
{
    /// <summary>Good: there are tokens.</summary>
    Granted,

    /// <summary>Unknown address or wrong password.</summary>
    Refused,

    /// <summary>The password is right, and a second factor is needed.</summary>
    CodeRequired,

    /// <summary>The password is right, the second factor is not.</summary>
    CodeRefused,

    /// <summary>Right, but the address is not verified yet.</summary>
    Unverified,

    /// <summary>Right, but an admin switched the account off.</summary>
    Disabled,

    /// <summary>Too many failures: nothing was checked.</summary>
    Locked,
}

/// <summary>How a login ended, with what it gives.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Tokens">The tokens of a good one.</param>
/// <param name="RetryAfter">How long to wait after too many failures.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.login-result")]
public sealed record LoginResult([property: Id(0)] LoginStatus Status, [property: Id(1)] TokenPair? Tokens, [property: Id(2)] TimeSpan? RetryAfter)
{
    /// <summary>It did not succeed, and there is nothing more to say.</summary>
    public static LoginResult Of(LoginStatus status) => new(status, null, null);

    /// <summary>Keeps the tokens out of logs.</summary>
    public override string ToString() => $"LoginResult {Status}";
}
