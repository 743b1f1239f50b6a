namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>Counts the failed logins that come from one network address. Key: <see cref="GrainKeys.Network"/>.</summary>
[Alias("audio.accounts.INetworkGuardGrain")]
public interface INetworkGuardGrain : IGrainWithStringKey
{
    /// <summary>
    /// Counts an attempt as failed before it is made, so that attempts at once cannot slip through together. Answers how long
    /// to wait where there were too many, else null.
    /// </summary>
    [Alias("Begin")]
    Task<TimeSpan?> Begin();

    /// <summary>The attempt was good after all.</summary>
    [Alias("Forgive")]
    Task Reset();
}
