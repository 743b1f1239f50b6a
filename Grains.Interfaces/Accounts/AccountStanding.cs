namespace Audio.Orleans.Contracts.Accounts;

/// <summary>What a gateway checks a token against, so that what was revoked stops at once.</summary>
/// <param name="Role">What the account is for; a token that says otherwise is out of date.</param>
/// <param name="Disabled">Whether an admin switched it off.</param>
/// <param name="Scopes">What it may do at most; API keys that were given more have no more.</param>
/// <param name="Sessions">The sessions that are open; a token of any other is worth nothing.</param>
/// <param name="VerifiedEmail">Its address, where it is verified; else null.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.standing")]
public sealed record AccountStanding(
    [property: Id(0)] AccountRole Role, [property: Id(1)] bool Disabled, [property: Id(2)] ImmutableArray<string> Scopes, [property: Id(3)] ImmutableArray<Guid> Sessions,
    [property: Id(4)] string? VerifiedEmail = null);
