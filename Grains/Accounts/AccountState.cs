using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Accounts;

/// <summary>What is kept of an account. Replaced as a whole with each change, so that a failed write leaves the old one.</summary>
[GenerateSerializer, Alias("audio.accounts.state")]
public sealed record AccountState
{
    /// <summary>The e-mail address, normalised.</summary>
    [Id(0)] public string Email { get; init; } = "";

    /// <summary>A name to show; may be empty.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>What the account is for.</summary>
    [Id(2)] public AccountRole Role { get; init; }

    /// <summary>The password's bcrypt hash; empty for an account that signs in elsewhere and has none.</summary>
    [Id(3)] public string PasswordHash { get; init; } = "";

    /// <summary>When it was made, UTC.</summary>
    [Id(4)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The sessions, oldest first.</summary>
    [Id(5)] public ImmutableArray<RefreshSession> Sessions { get; init; } = [];

    /// <summary>Whether an admin switched it off.</summary>
    [Id(6)] public bool Disabled { get; init; }

    /// <summary>Whether its owner proved to read the address.</summary>
    [Id(7)] public bool EmailVerified { get; init; }

    /// <summary>Counts the changes to the profile.</summary>
    [Id(8)] public long Revision { get; init; }

    /// <summary>The second factor; null for none.</summary>
    [Id(9)] public SecondFactorState? SecondFactor { get; init; }

    /// <summary>Accounts elsewhere that sign in here.</summary>
    [Id(10)] public ImmutableArray<ExternalIdentity> Identities { get; init; } = [];

    /// <summary>Links that were mailed and not used yet; at most one for each purpose.</summary>
    [Id(11)] public ImmutableArray<MailedLink> Links { get; init; } = [];

    /// <summary>Whether it was made on the condition that the address is verified before anybody logs in.</summary>
    [Id(12)] public bool VerificationDue { get; init; }
}

/// <summary>One login and all refresh tokens that follow from it; only the newest is good.</summary>
/// <param name="FamilyId">The session; a secret, see <see cref="RefreshToken.SessionOf"/>.</param>
/// <param name="TokenHash">SHA-256 of the newest refresh token, hexadecimal.</param>
/// <param name="ExpiresAt">When the newest token ends, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.refresh-session")]
public sealed record RefreshSession([property: Id(0)] Guid FamilyId, [property: Id(1)] string TokenHash, [property: Id(2)] DateTimeOffset ExpiresAt);

/// <summary>An authenticator (RFC 6238) and the codes that stand in for it.</summary>
/// <param name="SealedSecret">The shared secret, sealed.</param>
/// <param name="Confirmed">Whether its owner showed a code; before that it does nothing.</param>
/// <param name="LastStep">The newest time step whose code was used: none is good twice.</param>
/// <param name="RecoveryHashes">SHA-256 of each recovery code that is left, hexadecimal.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.second-factor")]
public sealed record SecondFactorState(
    [property: Id(0)] string SealedSecret, [property: Id(1)] bool Confirmed, [property: Id(2)] long LastStep, [property: Id(3)] ImmutableArray<string> RecoveryHashes);

/// <summary>An account elsewhere that signs in here.</summary>
/// <param name="Provider">Where, such as <c>github</c>.</param>
/// <param name="Subject">The provider's own id of the person.</param>
/// <param name="LinkedAt">Since when, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.external-identity")]
public sealed record ExternalIdentity([property: Id(0)] string Provider, [property: Id(1)] string Subject, [property: Id(2)] DateTimeOffset LinkedAt);

/// <summary>What a mailed link is for.</summary>
public enum LinkPurpose
{
    /// <summary>Proves that the account's owner reads its address, or the address that it is to have.</summary>
    VerifyEmail,

    /// <summary>Sets another password without the old one.</summary>
    ResetPassword,
}

/// <summary>A link that was mailed.</summary>
/// <param name="Purpose">What it is for.</param>
/// <param name="Hash">SHA-256 of its token, hexadecimal.</param>
/// <param name="Email">Where it was mailed to, normalised.</param>
/// <param name="ExpiresAt">When it ends, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.mailed-link")]
public sealed record MailedLink([property: Id(0)] LinkPurpose Purpose, [property: Id(1)] string Hash, [property: Id(2)] string Email, [property: Id(3)] DateTimeOffset ExpiresAt);
