namespace Audio.Orleans.Contracts.Accounts.SignIn;

/// <summary>A person as a provider knows them.</summary>
/// <param name="Provider">Where, such as <c>github</c>.</param>
/// <param name="Subject">The provider's own id of the person, which never changes hands.</param>
/// <param name="VerifiedEmail">The address that the provider says the person reads, normalised; null when there is none.</param>
/// <param name="Name">A name to show; may be empty.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.external-person")]
public sealed record ExternalPerson(
    [property: Id(0)] string Provider, [property: Id(1)] string Subject, [property: Id(2)] string? VerifiedEmail, [property: Id(3)] string Name)
{
    /// <summary>Keeps the person out of logs.</summary>
    public override string ToString() => $"ExternalPerson of {Provider}";
}
