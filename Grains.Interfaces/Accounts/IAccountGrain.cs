namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>An account. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.accounts.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>Creates the account.</summary>
    [Alias("Register"), ResponseTimeout(ResponseTimes.Slow)]
    Task<RegisterOutcome> Register(RegisterAccount command);

    /// <summary>The account; null if there is none.</summary>
    [AlwaysInterleave, Alias("GetProfile")]
    Task<AccountProfile?> GetProfile();

    /// <summary>Changes the account. Disabling ends its sessions and takes its streams off the air.</summary>
    /// <exception cref="AudioException">NotFound; Forbidden; Stale: the revision differs; Conflict: admins cannot reduce their own rights.</exception>
    [Alias("Update"), ResponseTimeout(ResponseTimes.Slow)]
    Task<AccountOutcome> Update(Caller caller, AccountPatch patch);

    /// <summary>The data that tokens are checked against; null if there is no account.</summary>
    [AlwaysInterleave, Alias("GetStanding")]
    Task<AccountStatus?> GetStanding();
}
