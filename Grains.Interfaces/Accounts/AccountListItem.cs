namespace Audio.Orleans.Contracts.Accounts;

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
