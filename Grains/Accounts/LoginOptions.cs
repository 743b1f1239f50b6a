namespace AudioOrleans.Grains.Accounts;

/// <summary>How many failed logins are borne. Section <c>Login</c>.</summary>
public sealed record LoginOptions
{
    /// <summary>Failures of one e-mail address within 15 minutes; the next attempt waits.</summary>
    public int FailuresPerAccount { get; init; } = 5;

    /// <summary>Failures that come from one network address within 15 minutes; many people may sit behind one.</summary>
    public int FailuresPerNetwork { get; init; } = 100;

    /// <summary>The options, if they make sense.</summary>
    /// <exception cref="ArgumentException">They do not; the message names the setting and says what was expected.</exception>
    public LoginOptions Validate()
    {
        if (FailuresPerAccount < 1)
            throw new ArgumentException("Login__FailuresPerAccount: expected a number of at least 1.");
        return FailuresPerNetwork >= 1 ? this : throw new ArgumentException("Login__FailuresPerNetwork: expected a number of at least 1.");
    }
}
