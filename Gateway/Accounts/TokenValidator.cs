using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Audio.Orleans.Contracts.Accounts;

namespace Audio.Orleans.Gateway.Accounts;

/// <summary>
/// Checks access tokens: RS256 by one of the platform's own keys and nothing else, whatever the token's header asks for
/// (RFC 8725, section 3.1). Knows no network and no grain.
/// </summary>
public sealed class TokenValidator(string issuer, string audience, TimeProvider time)
{
    private const int LongestToken = 8192;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private volatile ImmutableDictionary<string, RSA> _keys = ImmutableDictionary<string, RSA>.Empty;

    /// <summary>Takes the keys that verify from now on.</summary>
    public void Use(IEnumerable<SigningKeyInfo> keys) => _keys = keys.ToImmutableDictionary(
        key => key.KeyId,
        key => RSA.Create(new RSAParameters { Modulus = Base64Url.DecodeFromChars(key.Modulus), Exponent = Base64Url.DecodeFromChars(key.Exponent) }));

    /// <summary>The key that a token says it is signed with; null when it is no token.</summary>
    public static string? KeyIdOf(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        if (token.Length > LongestToken || token.Split('.') is not [var header, _, _] || Decode(header) is not { } bytes || Parse(bytes) is not { } json)
            return null;
        using (json)
        {
            return Text(json, "alg") == "RS256" && Text(json, "typ") == "at+jwt" ? Text(json, "kid") : null;
        }
    }

    /// <summary>Whether a key of this id is known.</summary>
    public bool Knows(string keyId) => _keys.ContainsKey(keyId);

    /// <summary>The token's owner; null when the token is not valid now.</summary>
    public ClaimsIdentity? Validate(string token)
    {
        if (KeyIdOf(token) is not { } keyId || !_keys.TryGetValue(keyId, out var key))
            return null;
        var lastDot = token.LastIndexOf('.');
        if (Decode(token.AsSpan(lastDot + 1)) is not { } signature
            || !key.VerifyData(Encoding.ASCII.GetBytes(token, 0, lastDot), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            || Decode(token.AsSpan(token.IndexOf('.') + 1, lastDot - token.IndexOf('.') - 1)) is not { } payload || Parse(payload) is not { } json)
        {
            return null;
        }
        using (json)
        {
            var now = time.GetUtcNow();
            if (Text(json, "iss") != issuer || Text(json, "aud") != audience
                || Time(json, "exp") is not { } expires || expires + ClockSkew <= now
                || Time(json, "nbf") is not { } notBefore || notBefore - ClockSkew > now
                || Text(json, "sub") is not { } subject || !Guid.TryParse(subject, out _)
                || Text(json, "role") is not { } role || Text(json, "scope") is not { } scope)
            {
                return null;
            }
            return new ClaimsIdentity(
                [new Claim(Principals.Subject, subject), new Claim(Principals.Role, role), new Claim(Principals.Scope, scope)],
                AccessTokenHandler.SchemeName, Principals.Subject, Principals.Role);
        }
    }

    private static byte[]? Decode(ReadOnlySpan<char> text)
    {
        if (!Base64Url.IsValid(text))
            return null;
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        return Base64Url.TryDecodeFromChars(text, bytes, out var count) ? bytes[..count] : null;
    }

    private static JsonDocument? Parse(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        try
        {
            return JsonDocument.TryParseValue(ref reader, out var document) && document.RootElement.ValueKind == JsonValueKind.Object ? document : null;
        }
        catch (JsonException)
        {
            return null; // What is no JSON is no token.
        }
    }

    private static string? Text(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
        && seconds is >= 0 and <= 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
