using AudioOrleans.Configuration;

namespace AudioOrleans.Grains.Accounts;

/// <summary>Limits for failed logins. Section <c>Login</c>.</summary>
public sealed record LoginOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Login";

    /// <summary>Failures per e-mail address within 15 minutes before the next attempt has to wait.</summary>
    public int FailuresPerAccount { get; init; } = 5;

    /// <summary>Failures per network address within 15 minutes; many people may share one.</summary>
    public int FailuresPerNetwork { get; init; } = 100;

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(FailuresPerAccount >= 1, nameof(FailuresPerAccount), "a number of at least 1");
        problems.Require(FailuresPerNetwork >= 1, nameof(FailuresPerNetwork), "a number of at least 1");
    }
}
