namespace Audio.Orleans.Contracts.Requests;

/// <summary>A request that came with an <c>Idempotency-Key</c>.</summary>
/// <param name="Scope">Whose key it is: <c>account/…</c> or <c>anonymous</c>.</param>
/// <param name="Key">The key, 1 to 255 visible ASCII characters.</param>
/// <param name="Digest">SHA-256 of method, route and body, hexadecimal; what is kept of it is keyed.</param>
[GenerateSerializer, Immutable, Alias("audio.requests.keyed")]
public sealed record KeyedRequest([property: Id(0)] string Scope, [property: Id(1)] string Key, [property: Id(2)] string Digest)
{
    /// <summary>Keeps the digest out of logs: it could be compared with guesses.</summary>
    public override string ToString() => $"KeyedRequest {Scope}";
}
