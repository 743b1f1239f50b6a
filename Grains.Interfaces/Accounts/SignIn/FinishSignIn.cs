namespace Audio.Orleans.Contracts.Accounts.SignIn;

/// <summary>What a browser brings back from a provider.</summary>
/// <param name="Provider">Whose address it came to.</param>
/// <param name="State">The sealed state; null where it is missing.</param>
/// <param name="BrowserNonce">What the browser kept; null where it is missing.</param>
/// <param name="Code">The authorization code.</param>
/// <param name="Error">Why there is none, in the provider's word.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.finish-sign-in")]
public sealed record FinishSignIn(
    [property: Id(0)] string Provider,
    [property: Id(1)] string? State,
    [property: Id(2)] string? BrowserNonce,
    [property: Id(3)] string? Code,
    [property: Id(4)] string? Error)
{
    /// <summary>Keeps state, nonce and code out of logs.</summary>
    public override string ToString() => "FinishSignIn";
}
