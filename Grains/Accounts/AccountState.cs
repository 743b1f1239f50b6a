using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Persistence.Accounts;
using AudioOrleans.Persistence.GrainStates;
using Npgsql;

namespace AudioOrleans.Grains.Accounts;

/// <summary>The stored state of an account. Replaced as a whole by each change, so that a failed write leaves the old one.</summary>
[GenerateSerializer, Alias("audio.accounts.state")]
public sealed record AccountState
{
    /// <summary>The e-mail address, normalised.</summary>
    [Id(0)] public string Email { get; init; } = "";

    /// <summary>The display name; may be empty.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>The account's role.</summary>
    [Id(2)] public AccountRole Role { get; init; }

    /// <summary>The password's bcrypt hash; empty for an account that signs in with a provider and has no password.</summary>
    [Id(3)] public string PasswordHash { get; init; } = "";

    /// <summary>When it was created, UTC.</summary>
    [Id(4)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The sessions, oldest first.</summary>
    [Id(5)] public ImmutableArray<RefreshSession> Sessions { get; init; } = [];

    /// <summary>Whether an admin disabled it.</summary>
    [Id(6)] public bool Disabled { get; init; }

    /// <summary>Whether its owner has verified the address.</summary>
    [Id(7)] public bool EmailVerified { get; init; }

    /// <summary>Incremented by each change to the profile.</summary>
    [Id(8)] public long Revision { get; init; }

    /// <summary>The second factor; null for none.</summary>
    [Id(9)] public SecondFactorState? SecondFactor { get; init; }

    /// <summary>The linked external identities.</summary>
    [Id(10)] public ImmutableArray<ExternalIdentity> Identities { get; init; } = [];

    /// <summary>Mailed links that have not been used; at most one for each purpose.</summary>
    [Id(11)] public ImmutableArray<MailedLink> Links { get; init; } = [];

    /// <summary>Whether it was created on the condition that the address is verified before the first login.</summary>
    [Id(12)] public bool VerificationDue { get; init; }
}

/// <summary>A login and all refresh tokens derived from it; only the newest is valid.</summary>
/// <param name="FamilyId">The session; a secret, see <see cref="RefreshToken.SessionOf"/>.</param>
/// <param name="TokenHash">SHA-256 of the newest refresh token, hexadecimal.</param>
/// <param name="ExpiresAt">When the newest token expires, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.refresh-session")]
public sealed record RefreshSession([property: Id(0)] Guid FamilyId, [property: Id(1)] string TokenHash, [property: Id(2)] DateTimeOffset ExpiresAt);

/// <summary>An authenticator (RFC 6238) and its recovery codes.</summary>
/// <param name="SealedSecret">The shared secret, sealed.</param>
/// <param name="Confirmed">Whether its owner has confirmed it with a code; until then it has no effect.</param>
/// <param name="LastStep">The last time step whose code was used: no code is valid twice.</param>
/// <param name="RecoveryHashes">SHA-256 of each recovery code that remains, hexadecimal.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.second-factor")]
public sealed record SecondFactorState(
    [property: Id(0)] string SealedSecret, [property: Id(1)] bool Confirmed, [property: Id(2)] long LastStep, [property: Id(3)] ImmutableArray<string> RecoveryHashes);

/// <summary>A linked external identity.</summary>
/// <param name="Provider">The provider, such as <c>github</c>.</param>
/// <param name="Subject">The provider's own id of the person.</param>
/// <param name="LinkedAt">When it was linked, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.external-identity")]
public sealed record ExternalIdentity([property: Id(0)] string Provider, [property: Id(1)] string Subject, [property: Id(2)] DateTimeOffset LinkedAt);

/// <summary>The purpose of a mailed link.</summary>
public enum LinkPurpose
{
    /// <summary>Verifies the account's address, or its new address.</summary>
    VerifyEmail,

    /// <summary>Sets a new password without the old one.</summary>
    ResetPassword,
}

/// <summary>A mailed link.</summary>
/// <param name="Purpose">Its purpose.</param>
/// <param name="Hash">SHA-256 of its token, hexadecimal.</param>
/// <param name="Email">The address it was mailed to, normalised.</param>
/// <param name="ExpiresAt">When it expires, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.mailed-link")]
public sealed record MailedLink([property: Id(0)] LinkPurpose Purpose, [property: Id(1)] string Hash, [property: Id(2)] string Email, [property: Id(3)] DateTimeOffset ExpiresAt);

/// <summary>
/// Updates the account tables with their states. The tables' unique constraints enforce unique addresses and identities.
/// </summary>
public sealed class AccountProjection : IStateProjection<AccountState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, AccountState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var row = new AccountRow(
            IdOf(grain), state.Email, state.Name, state.Role.ToString().ToLowerInvariant(), state.CreatedAt.UtcDateTime, state.Disabled, state.EmailVerified);
        await AccountTable.WriteAsync(transaction, row, [.. state.Identities.Select(identity => new IdentityRow(identity.Provider, identity.Subject))], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await AccountTable.RemoveAsync(transaction, IdOf(grain), cancellationToken);

    private static Guid IdOf(GrainId grain) => GrainKeys.ParseId(grain.Key.ToString()!);
}
