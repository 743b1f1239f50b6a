namespace AudioOrleans.Grains.Interfaces.Accounts.SignIn;

/// <summary>Sign-in with an external provider (RFC 6749, section 4.1). A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.accounts.ISignInGrain")]
public interface ISignInGrain : IGrainWithStringKey
{
    /// <summary>The enabled providers.</summary>
    [Alias("ListProviders")]
    Task<ImmutableArray<SignInProvider>> ListProviders();

    /// <summary>Returns where to redirect the browser, and what it must send back.</summary>
    /// <exception cref="AudioException">NotFound: no such provider, or it is disabled.</exception>
    [Alias("Begin"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInBegun> Begin(BeginSignIn command);

    /// <summary>Exchanges what the browser sent back for a session, or links the person to the account that started it.</summary>
    /// <exception cref="AudioException">NotFound: no such provider; Unavailable: the provider cannot be reached or does not work.</exception>
    [Alias("Finish"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInResult> Finish(FinishSignIn command);
}
