namespace Audio.Orleans.Grains.Accounts;

/// <summary>How many failed logins are borne. Section <c>Login</c>.</summary>
public sealed record LoginOptions
{
    /// <summary>Failures of one e-mail address within 15 minutes; the next attempt waits.</summary>
    public int FailuresPerAccount { get; init; } = 5;

    /// <summary>Failures that come from one network address within 15 minutes; many people may sit behind one.</summary>
    public int FailuresPerNetwork { get; init; } = 100;
}
