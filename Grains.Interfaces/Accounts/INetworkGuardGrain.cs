namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>Counts the failed logins from one network address. Key: <see cref="GrainKeys.Network"/>.</summary>
[Alias("audio.accounts.INetworkGuardGrain")]
public interface INetworkGuardGrain : IGrainWithStringKey
{
    /// <summary>
    /// Counts an attempt as failed before it is made, so that concurrent attempts cannot slip through together. Returns how long
    /// to wait after too many attempts, otherwise null.
    /// </summary>
    [Alias("Begin")]
    Task<TimeSpan?> Begin();

    /// <summary>Clears the count: the attempt succeeded.</summary>
    [Alias("Forgive")]
    Task Reset();
}
