namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>The role of an account.</summary>
public enum AccountRole
{
    /// <summary>Listens.</summary>
    Listener,

    /// <summary>Runs stations.</summary>
    Dj,

    /// <summary>Runs the platform.</summary>
    Admin,
}

/// <summary>The account data that a gateway checks a token against, so that revocation takes effect immediately.</summary>
/// <param name="Role">The account's role; a token with another role is out of date.</param>
/// <param name="Disabled">Whether an admin disabled the account.</param>
/// <param name="Scopes">The most the account may do; it also caps the scopes of API keys.</param>
/// <param name="Sessions">The open sessions; a token of any other session is invalid.</param>
/// <param name="VerifiedEmail">Its e-mail address if verified; otherwise null.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.standing")]
public sealed record AccountStatus(
    [property: Id(0)] AccountRole Role, [property: Id(1)] bool Disabled, [property: Id(2)] ImmutableArray<string> Scopes, [property: Id(3)] ImmutableArray<Guid> Sessions,
    [property: Id(4)] string? VerifiedEmail = null);

/// <summary>A request to create an account.</summary>
/// <param name="Email">The e-mail address as entered.</param>
/// <param name="Password">The password in plain text.</param>
/// <param name="Name">Display name; may be empty.</param>
/// <param name="Role">The role.</param>
/// <param name="ByAdmin">Whether an admin creates it: any role is allowed, and the address counts as verified.</param>
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

/// <summary>The result of a request to create an account.</summary>
/// <param name="Account">The new account.</param>
/// <param name="Problems">Validation problems.</param>
/// <param name="EmailTaken">Whether another account has the address.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.register-outcome")]
public sealed record RegisterOutcome(
    [property: Id(0)] AccountProfile? Account, [property: Id(1)] ImmutableArray<FieldProblem> Problems, [property: Id(2)] bool EmailTaken);

/// <summary>An account as seen by its owner and by admins.</summary>
/// <param name="UserId">Its id.</param>
/// <param name="Email">Its e-mail address, normalised.</param>
/// <param name="Name">Display name; may be empty.</param>
/// <param name="Role">Its role.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="EmailVerified">Whether the owner has verified the address.</param>
/// <param name="Disabled">Whether an admin disabled the account.</param>
/// <param name="TotpEnabled">Whether logins need a second factor.</param>
/// <param name="Revision">Incremented when any of these fields changes.</param>
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
/// <param name="Name">Display name; may be empty.</param>
/// <param name="Role">Its role.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="EmailVerified">Whether the owner has verified the address.</param>
/// <param name="Disabled">Whether an admin disabled the account.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.list-item")]
public sealed record AccountListItem(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] string Email,
    [property: Id(2)] string Name,
    [property: Id(3)] AccountRole Role,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] bool EmailVerified,
    [property: Id(6)] bool Disabled);

/// <summary>Changes to an account; null leaves a field unchanged.</summary>
/// <param name="Name">New name; owner or admin.</param>
/// <param name="Role">New role; admins only.</param>
/// <param name="Disabled">True stops all activity of the account immediately; admins only.</param>
/// <param name="ExpectedRevision">Apply only if the account is at this revision; null applies to any.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.patch")]
public sealed record AccountPatch(
    [property: Id(0)] string? Name, [property: Id(1)] AccountRole? Role, [property: Id(2)] bool? Disabled, [property: Id(3)] long? ExpectedRevision);

/// <summary>The result of a change to an account.</summary>
/// <param name="UpdatedFields">The fields that changed, in the contract's names.</param>
/// <param name="Problems">Validation problems; if there are any, nothing was changed.</param>
/// <param name="Revision">The account's current revision.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.outcome")]
public sealed record AccountOutcome(
    [property: Id(0)] ImmutableArray<string> UpdatedFields, [property: Id(1)] ImmutableArray<FieldProblem> Problems, [property: Id(2)] long Revision)
{
    /// <summary>The request is invalid.</summary>
    public static AccountOutcome Invalid(params ImmutableArray<FieldProblem> problems) => new([], problems, 0);
}
