using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Accounts;

/// <summary>Shared by the parts of one account's grain: a single state, since a change in one part can invalidate data of another in the same write.</summary>
internal sealed class AccountContext(Guid id, ICommittedState<AccountState> stored, FailureWindow failures, SecretBox box, Outbox outbox, TimeProvider time)
{
    /// <summary>The account.</summary>
    public Guid Id => id;

    /// <summary>Whether the account exists.</summary>
    public bool Exists => stored.Exists;

    /// <summary>The stored state.</summary>
    public AccountState State => stored.State;

    /// <summary>The window of failed passwords and codes.</summary>
    public FailureWindow Failures => failures;

    /// <summary>The current time, UTC.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Whether logins must wait for verification. Accounts created before this platform sent mail never got a link, and stay usable.</summary>
    public bool AwaitsVerification => outbox.IsOn && State is { VerificationDue: true, EmailVerified: false };

    private string SecretContext => $"account/{Id:D}/totp";

    /// <summary>Replaces the state and applies the effects.</summary>
    public Task Commit(AccountState next, params IStateEffect[] effects) => stored.Commit(next, effects);

    /// <summary>Seals the secret of a second factor.</summary>
    public string SealSecret(byte[] secret) => box.SealText(Convert.ToBase64String(secret), SecretContext);

    /// <summary>The state after using a code; null if the code is wrong.</summary>
    public AccountState? UseCode(AccountState state, string code)
    {
        var secret = Convert.FromBase64String(box.OpenText(state.SecondFactor!.SealedSecret, SecretContext));
        return SecondFactor.Use(state.SecondFactor, secret, code, Now) is { } used ? state with { SecondFactor = used } : null;
    }
}
