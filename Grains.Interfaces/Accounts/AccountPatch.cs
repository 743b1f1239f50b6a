namespace Audio.Orleans.Contracts.Accounts;

/// <summary>Changes to an account; null leaves a field as it is.</summary>
/// <param name="Name">Another name; owner or admin.</param>
/// <param name="Role">Another role; admins only.</param>
/// <param name="Disabled">True ends all that the account does, at once; admins only.</param>
/// <param name="ExpectedRevision">Change nothing unless the account is at this revision; null for whatever it is.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.patch")]
public sealed record AccountPatch(
    [property: Id(0)] string? Name, [property: Id(1)] AccountRole? Role, [property: Id(2)] bool? Disabled, [property: Id(3)] long? ExpectedRevision);
