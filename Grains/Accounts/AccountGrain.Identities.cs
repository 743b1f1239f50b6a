using AudioOrleans.Grains.Accounts.SignIn;
using AudioOrleans.Grains.Audit;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using AudioOrleans.Persistence;

namespace AudioOrleans.Grains.Accounts;

/// <content>The accounts elsewhere that sign in to it; decisions stand in <see cref="SignInRules"/>.</content>
public sealed partial class AccountGrain : IAccountIdentitiesGrain
{
    /// <inheritdoc/>
    public async Task<SignInResult> SignIn(ExternalPerson person, AccountRole role)
    {
        ArgumentNullException.ThrowIfNull(person);
        var (status, next) = SignInRules.SignIn(stored.RecordExists ? stored.State : null, person, role, time.GetUtcNow());
        if (next is null)
            return SignInResult.Of(status);
        if (next != stored.State)
            this.DescribeChange($"linked {person.Provider}");
        try
        {
            return SignInResult.Of(status) with { Tokens = await OpenSession(next) };
        }
        catch (DuplicateKeyException)
        {
            // A sign-in of the same person, or a registration of the address, was faster; the next one finds its account.
            return SignInResult.Of(SignInStatus.IdentityTaken);
        }
    }

    /// <inheritdoc/>
    public async Task<SignInResult> Link(ExternalPerson person, Guid sessionId)
    {
        ArgumentNullException.ThrowIfNull(person);
        if (!stored.RecordExists)
            return SignInResult.Of(SignInStatus.SessionEnded);
        var (status, next) = SignInRules.Link(stored.State, person, sessionId, time.GetUtcNow());
        if (next is null)
            return SignInResult.Of(status);
        try
        {
            if (next != stored.State)
            {
                this.DescribeChange($"linked {person.Provider}");
                await Write(next);
            }
        }
        catch (DuplicateKeyException)
        {
            return SignInResult.Of(SignInStatus.IdentityTaken);
        }
        return SignInResult.Of(status) with { Linked = ToLinked(stored.State.Identities.First(identity => identity.Provider == person.Provider)) };
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<LinkedIdentity>> GetIdentities() => Task.FromResult<ImmutableArray<LinkedIdentity>>([.. stored.State.Identities.Select(ToLinked)]);

    /// <inheritdoc/>
    public async Task Unlink(string provider)
    {
        if (stored.State.Identities.FirstOrDefault(identity => identity.Provider == provider) is not { } linked)
            throw new AudioException(AudioError.NotFound, "The account is not linked there");
        if (!SignInRules.CanDoWithout(stored.State, provider))
            throw new AudioException(AudioError.Conflict, "It is the only way to sign in to this account: set a password first");
        this.DescribeChange($"unlinked {provider}");
        await Write(stored.State with { Identities = stored.State.Identities.Remove(linked) });
    }

    private static LinkedIdentity ToLinked(ExternalIdentity identity) => new(identity.Provider, identity.LinkedAt);
}
