namespace Audio.Orleans.Contracts.Accounts;

/// <summary>An account as its owner sees it.</summary>
/// <param name="UserId">Its id.</param>
/// <param name="Email">Its e-mail address, normalised.</param>
/// <param name="Name">A name to show; may be empty.</param>
/// <param name="Role">What it is for.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.profile")]
public sealed record AccountProfile(
    [property: Id(0)] Guid UserId, [property: Id(1)] string Email, [property: Id(2)] string Name, [property: Id(3)] AccountRole Role, [property: Id(4)] DateTimeOffset CreatedAt);
