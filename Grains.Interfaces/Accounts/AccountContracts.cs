namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>What an account is for.</summary>
public enum AccountRole
{
    /// <summary>Listens.</summary>
    Listener,

    /// <summary>Runs stations.</summary>
    Dj,

    /// <summary>Runs the platform.</summary>
    Admin,
}

/// <summary>What a gateway checks a token against, so that what was revoked stops at once.</summary>
/// <param name="Role">What the account is for; a token that says otherwise is out of date.</param>
/// <param name="Disabled">Whether an admin switched it off.</param>
/// <param name="Scopes">What it may do at most; API keys that were given more have no more.</param>
/// <param name="Sessions">The sessions that are open; a token of any other is worth nothing.</param>
/// <param name="VerifiedEmail">Its address, where it is verified; else null.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.standing")]
public sealed record AccountStatus(
    [property: Id(0)] AccountRole Role, [property: Id(1)] bool Disabled, [property: Id(2)] ImmutableArray<string> Scopes, [property: Id(3)] ImmutableArray<Guid> Sessions,
    [property: Id(4)] string? VerifiedEmail = null);

/// <summary>A request for an account.</summary>
/// <param name="Email">The e-mail address as it was typed.</param>
/// <param name="Password">The password in clear.</param>
/// <param name="Name">A name to show; may be empty.</param>
/// <param name="Role">What it is for.</param>
/// <param name="ByAdmin">Made by an admin: any role, and the address counts as verified.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.register")]
public sealed record RegisterAccount(
    [property: Id(0)] string Email,
    [property: Id(1)] string Password,
    [property: Id(2)] string Name,
    [property: Id(3)] AccountRole Role,
    [property: Id(4)] bool ByAdmin)
{
    /// <summary>Keeps the password out of logs.</summary>
    public override string ToString() => "RegisterAccount";
}

/// <summary>How a request for an account ended.</summary>
/// <param name="Account">The new account.</param>
/// <param name="Problems">What is wrong with the request.</param>
/// <param name="EmailTaken">Another account has the address.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.register-outcome")]
public sealed record RegisterOutcome(
    [property: Id(0)] AccountProfile? Account, [property: Id(1)] ImmutableArray<FieldProblem> Problems, [property: Id(2)] bool EmailTaken);

/// <summary>An account as its owner and admins see it.</summary>
/// <param name="UserId">Its id.</param>
/// <param name="Email">Its e-mail address, normalised.</param>
/// <param name="Name">A name to show; may be empty.</param>
/// <param name="Role">What it is for.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="EmailVerified">Whether its owner proved to read that address.</param>
/// <param name="Disabled">Whether an admin switched it off.</param>
/// <param name="TotpEnabled">Whether logins need a second factor.</param>
/// <param name="Revision">Counts the changes to what stands here.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.profile")]
public sealed record AccountProfile(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] string Email,
    [property: Id(2)] string Name,
    [property: Id(3)] AccountRole Role,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] bool EmailVerified,
    [property: Id(6)] bool Disabled,
    [property: Id(7)] bool TotpEnabled,
    [property: Id(8)] long Revision);

/// <summary>An account in a list.</summary>
/// <param name="UserId">Its id.</param>
/// <param name="Email">Its e-mail address, normalised.</param>
/// <param name="Name">A name to show; may be empty.</param>
/// <param name="Role">What it is for.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="EmailVerified">Whether its owner proved to read that address.</param>
/// <param name="Disabled">Whether an admin switched it off.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.list-item")]
public sealed record AccountListItem(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] string Email,
    [property: Id(2)] string Name,
    [property: Id(3)] AccountRole Role,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] bool EmailVerified,
    [property: Id(6)] bool Disabled);

/// <summary>Changes to an account; null leaves a field as it is.</summary>
/// <param name="Name">Another name; owner or admin.</param>
/// <param name="Role">Another role; admins only.</param>
/// <param name="Disabled">True ends all that the account does, at once; admins only.</param>
/// <param name="ExpectedRevision">Change nothing unless the account is at this revision; null for whatever it is.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.patch")]
public sealed record AccountPatch(
    [property: Id(0)] string? Name, [property: Id(1)] AccountRole? Role, [property: Id(2)] bool? Disabled, [property: Id(3)] long? ExpectedRevision);

/// <summary>How a change to an account ended.</summary>
/// <param name="UpdatedFields">The fields that changed, in the contract's names.</param>
/// <param name="Problems">What is wrong with the request; then nothing was changed.</param>
/// <param name="Revision">The account's revision now.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.outcome")]
public sealed record AccountOutcome(
    [property: Id(0)] ImmutableArray<string> UpdatedFields, [property: Id(1)] ImmutableArray<FieldProblem> Problems, [property: Id(2)] long Revision)
{
    /// <summary>It is invalid.</summary>
    public static AccountOutcome Invalid(params ImmutableArray<FieldProblem> problems) => new([], problems, 0);
}
