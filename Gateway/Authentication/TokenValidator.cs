using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Audio.Orleans.Contracts.Tokens;

namespace Audio.Orleans.Gateway.Authentication;

/// <summary>
/// Checks tokens: RS256 by one of the platform's own keys and nothing else, whatever the token's header asks for (RFC 8725,
/// section 3.1). What was verified once is remembered, since tools send the same token with each request. Knows no network and
/// no grain: whether the account is still in good standing is for <see cref="Standings"/>.
/// </summary>
public sealed class TokenValidator(string issuer, string audience, TimeProvider time)
{
    private const int LongestToken = 8192;

    /// <summary>About 20 MB of tokens; more accounts at once are verified anew now and then.</summary>
    private const int MostRemembered = 10_000;

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private volatile Keys _keys = new(ImmutableDictionary<string, RSA>.Empty);

    /// <summary>Takes the keys that verify from now on; tokens of others are worth nothing any more.</summary>
    public void Use(IEnumerable<SigningKeyInfo> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var all = keys.ToList();
        if (!_keys.ById.Keys.ToHashSet().SetEquals(all.Select(key => key.KeyId)))
            _keys = new Keys(all.ToImmutableDictionary(key => key.KeyId, Import));
    }

    /// <summary>Whether a key of this id is known.</summary>
    public bool Knows(string keyId) => _keys.ById.ContainsKey(keyId);

    /// <summary>What the token says; null when it is not valid now.</summary>
    /// <param name="token">The token.</param>
    /// <param name="unknownKeyId">The key that it says it is signed with, when that is why.</param>
    public TokenClaims? Validate(string token, out string? unknownKeyId)
    {
        ArgumentNullException.ThrowIfNull(token);
        unknownKeyId = null;
        if (token.Length > LongestToken)
            return null;
        var keys = _keys;
        if (!keys.Verified.TryGetValue(token, out var claims))
        {
            claims = Verify(token, keys, out unknownKeyId);
            if (claims is null)
                return null;
            if (keys.Verified.Count >= MostRemembered)
                keys.Verified.Clear();
            keys.Verified[token] = claims;
        }
        var now = time.GetUtcNow();
        return claims.NotBefore - ClockSkew <= now && now < claims.ExpiresAt + ClockSkew ? claims : null;
    }

    private TokenClaims? Verify(string token, Keys keys, out string? unknownKeyId)
    {
        unknownKeyId = null;
        if (token.Split('.') is not [var text, var payload, var signature])
            return null;
        if (!keys.Headers.TryGetValue(text, out var header) && !TryReadHeader(text, out header))
            return null;
        if (!keys.ById.TryGetValue(header.KeyId, out var key))
        {
            unknownKeyId = header.KeyId;
            return null;
        }
        if (Decode(signature) is not { } signed
            || !key.VerifyData(Encoding.ASCII.GetBytes(token, 0, text.Length + 1 + payload.Length), signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))
        {
            return null;
        }
        // We signed it: there are as few of them as keys and types.
        keys.Headers.TryAdd(text, header);
        return Decode(payload) is { } bytes && Parse(bytes) is { } json ? ReadClaims(json, header.IsMedia) : null;
    }

    private TokenClaims? ReadClaims(JsonDocument document, bool isMedia)
    {
        using var json = document;
        if (Text(json, "iss") != issuer || Text(json, "aud") != audience || Time(json, "exp") is not { } expires || Time(json, "nbf") is not { } notBefore
            || Id(json, "sub") is not { } userId || Text(json, "role") is not { } role || Text(json, "scope") is not { } scope)
        {
            return null;
        }
        var (session, apiKey, resource) = (Id(json, "sid"), Id(json, "key"), Text(json, "res"));
        if (isMedia ? resource is null || (session is null && apiKey is null) : session is null)
            return null;
        return new TokenClaims(isMedia, userId, role, session, apiKey, resource, notBefore, expires, Principals.Make(userId, role, scope, session, apiKey));
    }

    private static bool TryReadHeader(string text, out Header header)
    {
        header = default;
        if (Decode(text) is not { } bytes || Parse(bytes) is not { } json)
            return false;
        using (json)
        {
            var type = Text(json, "typ");
            header = new Header(type == "media+jwt", Text(json, "kid") ?? "");
            return Text(json, "alg") == "RS256" && (header.IsMedia || type == "at+jwt") && header.KeyId.Length > 0;
        }
    }

    private static RSA Import(SigningKeyInfo key) =>
        RSA.Create(new RSAParameters { Modulus = Base64Url.DecodeFromChars(key.Modulus), Exponent = Base64Url.DecodeFromChars(key.Exponent) });

    /// <summary>Decodes the one spelling that RFC 7515 (appendix C) allows: no padding, no spaces, no bits that mean nothing.</summary>
    private static byte[]? Decode(string text)
    {
        if (!Base64Url.IsValid(text))
            return null;
        var bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (!Base64Url.TryDecodeFromChars(text, bytes, out var count) || Base64Url.GetEncodedLength(count) != text.Length)
            return null;
        // Only the last letter can hold bits that mean nothing.
        Span<char> last = stackalloc char[4];
        var tail = count % 3;
        if (tail != 0 && (!Base64Url.TryEncodeToChars(bytes.AsSpan(count - tail, tail), last, out var letters) || last[letters - 1] != text[^1]))
            return null;
        return bytes.Length == count ? bytes : bytes[..count];
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

    private static string? Text(JsonDocument json, string name)
    {
        if (!json.RootElement.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // An escaped half of a surrogate pair: JSON allows it, text does not.
        }
    }

    private static Guid? Id(JsonDocument json, string name) => Guid.TryParseExact(Text(json, name), "D", out var id) ? id : null;

    private static DateTimeOffset? Time(JsonDocument json, string name) =>
        json.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var seconds)
        && seconds is >= 0 and <= 253_000_000_000 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    /// <summary>Keys with what they verified: who takes other keys forgets what the old ones said.</summary>
    private sealed record Keys(ImmutableDictionary<string, RSA> ById)
    {
        public ConcurrentDictionary<string, TokenClaims> Verified { get; } = new(StringComparer.Ordinal);

        public ConcurrentDictionary<string, Header> Headers { get; } = new(StringComparer.Ordinal);
    }

    private readonly record struct Header(bool IsMedia, string KeyId);
}
