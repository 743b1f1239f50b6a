namespace Audio.Orleans.Contracts.Tokens;

/// <summary>A public key that verifies access tokens (RFC 7517).</summary>
/// <param name="KeyId">Its <c>kid</c>.</param>
/// <param name="Modulus">Its <c>n</c>, base64url.</param>
/// <param name="Exponent">Its <c>e</c>, base64url.</param>
[GenerateSerializer, Immutable, Alias("audio.tokens.signing-key")]
public sealed record SigningKeyInfo([property: Id(0)] string KeyId, [property: Id(1)] string Modulus, [property: Id(2)] string Exponent);
