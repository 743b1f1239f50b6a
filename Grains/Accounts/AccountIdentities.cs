using AudioOrleans.Grains.Accounts.SignIn;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Grains.Accounts;

/// <summary>The external identities of one account; <see cref="SignInRules"/> decides.</summary>
internal sealed class AccountIdentities(AccountContext account, AccountSessions sessions)
{
    /// <inheritdoc cref="IAccountIdentitiesGrain"/>
    public async Task<SignInResult> SignIn(ExternalPerson person, AccountRole role)
    {
        var (status, next) = SignInRules.SignIn(account.Exists ? account.State : null, person, role, account.Now);
        if (next is null)
            return SignInResult.From(status);
        IStateEffect[] effects = next != account.State ? [new AuditDetail($"linked {person.Provider}")] : [];
        try
        {
            return SignInResult.From(status) with { Tokens = await sessions.Open(next, effects) };
        }
        catch (DuplicateKeyException)
        {
            // A concurrent sign-in of the same person, or registration of the address, was faster; the next sign-in finds its account.
            return SignInResult.From(SignInStatus.IdentityTaken);
        }
    }

    /// <inheritdoc cref="IAccountIdentitiesGrain"/>
    public async Task<SignInResult> Link(ExternalPerson person, Guid sessionId)
    {
        if (!account.Exists)
            return SignInResult.From(SignInStatus.SessionEnded);
        var (status, next) = SignInRules.Link(account.State, person, sessionId, account.Now);
        if (next is null)
            return SignInResult.From(status);
        try
        {
            if (next != account.State)
                await account.Commit(next, new AuditDetail($"linked {person.Provider}"));
        }
        catch (DuplicateKeyException)
        {
            return SignInResult.From(SignInStatus.IdentityTaken);
        }
        return SignInResult.From(status) with { Linked = ToLinked(account.State.Identities.First(identity => identity.Provider == person.Provider)) };
    }

    /// <inheritdoc cref="IAccountIdentitiesGrain"/>
    public Task<ImmutableArray<LinkedIdentity>> GetIdentities() => Task.FromResult<ImmutableArray<LinkedIdentity>>([.. account.State.Identities.Select(ToLinked)]);

    /// <inheritdoc cref="IAccountIdentitiesGrain"/>
    public async Task Unlink(string provider)
    {
        if (account.State.Identities.FirstOrDefault(identity => identity.Provider == provider) is not { } linked)
            throw new AudioException(AudioError.NotFound, "The account is not linked to this provider");
        if (!SignInRules.CanDoWithout(account.State, provider))
            throw new AudioException(AudioError.Conflict, "This is the only way to sign in to this account: set a password first");
        await account.Commit(account.State with { Identities = account.State.Identities.Remove(linked) }, new AuditDetail($"unlinked {provider}"));
    }

    private static LinkedIdentity ToLinked(ExternalIdentity identity) => new(identity.Provider, identity.LinkedAt);
}
