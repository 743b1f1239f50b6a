using Audio.Orleans.Contracts.Accounts;

namespace Audio.Orleans.Grains.Accounts;

/// <summary>What is kept of an account.</summary>
[GenerateSerializer, Alias("audio.accounts.state")]
public sealed record AccountState
{
    /// <summary>The e-mail address, normalised.</summary>
    [Id(0)] public string Email { get; init; } = "";

    /// <summary>A name to show; may be empty.</summary>
    [Id(1)] public string Name { get; init; } = "";

    /// <summary>What the account is for.</summary>
    [Id(2)] public AccountRole Role { get; init; }

    /// <summary>The password's bcrypt hash.</summary>
    [Id(3)] public string PasswordHash { get; init; } = "";

    /// <summary>When it was made, UTC.</summary>
    [Id(4)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The sessions, oldest first.</summary>
    [Id(5)] public ImmutableArray<RefreshSession> Sessions { get; init; } = [];
}

/// <summary>One login and all refresh tokens that follow from it; only the newest is good.</summary>
/// <param name="FamilyId">The session.</param>
/// <param name="TokenHash">SHA-256 of the newest refresh token, hexadecimal.</param>
/// <param name="ExpiresAt">When the newest token ends, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.refresh-session")]
public sealed record RefreshSession([property: Id(0)] Guid FamilyId, [property: Id(1)] string TokenHash, [property: Id(2)] DateTimeOffset ExpiresAt);
