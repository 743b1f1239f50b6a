using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Grains.Tokens;

/// <inheritdoc cref="ITokensGrain"/>
[StatelessWorker, GrainType("tokens")]
public sealed class TokensGrain(SigningKeys keys, TokenIssuer tokens) : Grain, ITokensGrain
{
    /// <inheritdoc/>
    public Task<ImmutableArray<SigningKeyInfo>> GetKeys() => keys.GetPublicAsync();

    /// <inheritdoc/>
    public Task<SigningKeyInfo> RotateKeys(bool revokeOld) => keys.RotateAsync(revokeOld);

    /// <inheritdoc/>
    public Task<MediaToken> IssueMediaToken(CreateMediaToken command) => tokens.IssueMediaAsync(command);
}

/// <summary>Signs tokens (RFC 7519, RS256) with the current key of <see cref="SigningKeys"/>.</summary>
public sealed class TokenIssuer(SigningKeys keys, TokenOptions options, TimeProvider time)
{
    /// <summary>Creates an access token (RFC 9068) of a session.</summary>
    public Task<string> IssueAccessAsync(Guid userId, Guid sessionId, AccountRole role)
    {
        var now = time.GetUtcNow();
        return SignAsync("at+jwt", new Dictionary<string, object>(Common(userId, now, options.AccessLifetime))
        {
            ["sid"] = sessionId,
            ["role"] = role.ToString().ToLowerInvariant(),
            ["scope"] = string.Join(' ', AccountRules.ScopesOf(role)),
        });
    }

    /// <summary>Creates a token for the URL of one resource.</summary>
    public async Task<MediaToken> IssueMediaAsync(CreateMediaToken command)
    {
        var now = time.GetUtcNow();
        var claims = new Dictionary<string, object>(Common(command.UserId, now, command.Lifetime)) { ["role"] = command.Role, ["scope"] = command.Scope, ["res"] = command.Resource };
        if (command.SessionId is { } session)
            claims["sid"] = session;
        if (command.ApiKeyId is { } key)
            claims["key"] = key;
        return new MediaToken(await SignAsync("media+jwt", claims), now + command.Lifetime);
    }

    private Dictionary<string, object> Common(Guid userId, DateTimeOffset now, TimeSpan lifetime) => new()
    {
        ["iss"] = options.Issuer,
        ["aud"] = options.Audience,
        ["sub"] = userId,
        ["iat"] = now.ToUnixTimeSeconds(),
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = (now + lifetime).ToUnixTimeSeconds(),
        ["jti"] = Guid.CreateVersion7(now),
    };

    private async Task<string> SignAsync(string type, Dictionary<string, object> claims)
    {
        var key = await keys.SigningAsync();
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", typ = type, kid = key.KeyId });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        byte[] signature;
        lock (key.Rsa)
            signature = key.Rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
