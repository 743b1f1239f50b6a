using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Accounts;

/// <summary>What the parts of one account's grain share: its one state, since a change of one part ends what another holds in the same write.</summary>
internal sealed class AccountContext(Guid id, ICommittedState<AccountState> stored, FailureWindow failures, SecretBox box, Outbox outbox, TimeProvider time)
{
    /// <summary>The account.</summary>
    public Guid Id => id;

    /// <summary>Whether there is such an account.</summary>
    public bool Exists => stored.Exists;

    /// <summary>What is stored of it.</summary>
    public AccountState State => stored.State;

    /// <summary>Wrong passwords and codes.</summary>
    public FailureWindow Failures => failures;

    /// <summary>The time, UTC.</summary>
    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Whether nobody logs in yet. Accounts from before this platform sent mail never got a link, and stay usable.</summary>
    public bool AwaitsVerification => outbox.IsOn && State is { VerificationDue: true, EmailVerified: false };

    private string SecretContext => $"account/{Id:D}/totp";

    /// <summary>Replaces the state, and applies the effects.</summary>
    public Task Commit(AccountState next, params IStateEffect[] effects) => stored.Commit(next, effects);

    /// <summary>Seals the secret of a second factor.</summary>
    public string SealSecret(byte[] secret) => box.SealText(Convert.ToBase64String(secret), SecretContext);

    /// <summary>The state after a code was used; null when it is wrong.</summary>
    public AccountState? UseCode(AccountState state, string code)
    {
        var secret = Convert.FromBase64String(box.OpenText(state.SecondFactor!.SealedSecret, SecretContext));
        return SecondFactor.Use(state.SecondFactor, secret, code, Now) is { } used ? state with { SecondFactor = used } : null;
    }
}
