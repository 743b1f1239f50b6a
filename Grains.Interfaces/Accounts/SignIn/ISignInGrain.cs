namespace AudioOrleans.Grains.Interfaces.Accounts.SignIn;

/// <summary>Signing in by an account elsewhere (RFC 6749, section 4.1). A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.accounts.ISignInGrain")]
public interface ISignInGrain : IGrainWithStringKey
{
    /// <summary>The providers that are switched on.</summary>
    [Alias("ListProviders")]
    Task<ImmutableArray<SignInProvider>> ListProviders();

    /// <summary>Where the browser is to go, and what it is to bring back.</summary>
    /// <exception cref="AudioException">NotFound: no such provider, or it is off.</exception>
    [Alias("Begin"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInBegun> Begin(BeginSignIn command);

    /// <summary>Trades what the browser brought back for a session, or links the person to the account that began it.</summary>
    /// <exception cref="AudioException">NotFound: no such provider; Unavailable: the provider cannot be reached or does not work.</exception>
    [Alias("Finish"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInResult> Finish(FinishSignIn command);
}
