using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>
/// Microsoft's token handler with a cache of verified tokens, because tools send the same token with each request. Each kind of token has its own
/// handler, because a token of one kind is not valid as another.
/// </summary>
/// <param name="keys">The keys that verify signatures.</param>
/// <param name="findKey">Fetches a key that is not known yet.</param>
public sealed class CachingTokenHandler(VerificationKeys keys, Func<string, ValueTask> findKey) : JsonWebTokenHandler
{
    private const int LongestToken = 8192;

    /// <summary>About 20 MB of tokens; with more accounts at once, some tokens are verified again now and then.</summary>
    private const int MostRemembered = 10_000;

    private readonly ConcurrentDictionary<string, (TokenValidationResult Result, object Version)> _verified = new(StringComparer.Ordinal);

    /// <summary>Validates a token by its signature, or by the cached result and its lifetime.</summary>
    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        var version = keys.Version;
        if (token is not null && _verified.TryGetValue(token, out var known) && known.Version == version)
        {
            var remembered = (JsonWebToken)known.Result.SecurityToken;
            if (validationParameters.LifetimeValidator(remembered.ValidFrom, remembered.ValidTo, remembered, validationParameters))
                return known.Result;
        }
        if (!IsCanonical(token))
            return new TokenValidationResult { IsValid = false, Exception = new SecurityTokenMalformedException("The token is not in the format of RFC 7515.") };
        var result = await base.ValidateTokenAsync(token, validationParameters);
        if (result.Exception is SecurityTokenSignatureKeyNotFoundException && ReadJsonWebToken(token).Kid is { Length: > 0 } keyId)
        {
            await findKey(keyId);
            version = keys.Version;
            result = await base.ValidateTokenAsync(token, validationParameters);
        }
        if (result.IsValid)
        {
            if (_verified.Count >= MostRemembered)
                _verified.Clear();
            _verified[token] = (result, version);
        }
        return result;
    }

    /// <summary>
    /// Whether the token has the only spelling that RFC 7515 (appendix C) allows: three parts without padding, spaces or unused bits that are
    /// set. Decoders accept the others, but to code that counts or blocks tokens, two spellings are two tokens.
    /// </summary>
    private static bool IsCanonical([NotNullWhen(true)] string? token)
    {
        if (token is null or { Length: > LongestToken })
            return false;
        var parts = 0;
        foreach (var range in token.AsSpan().Split('.'))
        {
            parts++;
            var part = token.AsSpan(range);
            if (part.ContainsAny('=', ' ') || !Base64Url.IsValid(part) || !EndsInMeaning(part))
                return false;
        }
        return parts == 3;
    }

    /// <summary>In the last character of a part, two or four bits may be unused, and must be zero.</summary>
    private static bool EndsInMeaning(ReadOnlySpan<char> part)
    {
        var tail = part.Length % 4;
        if (tail == 0)
            return true;
        Span<byte> bytes = stackalloc byte[3];
        Span<char> again = stackalloc char[4];
        return Base64Url.TryDecodeFromChars(part[^tail..], bytes, out var decoded)
            && Base64Url.TryEncodeToChars(bytes[..decoded], again, out var written) && part[^tail..].SequenceEqual(again[..written]);
    }
}
