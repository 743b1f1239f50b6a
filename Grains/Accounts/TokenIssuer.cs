using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Audio.Orleans.Contracts.Accounts;
using Audio.Orleans.Persistence.Accounts;
using Audio.Orleans.Persistence.Secrets;

namespace Audio.Orleans.Grains.Accounts;

/// <summary>Signs access tokens (RFC 7519, RS256). The key is made at the platform's first start and kept sealed in the database.</summary>
public sealed class TokenIssuer(SigningKeyTable table, SecretBox box, TokenOptions options, TimeProvider time) : IDisposable
{
    private const int KeyBits = 2048;

    private readonly SemaphoreSlim _loading = new(1);
    private volatile (string KeyId, RSA Rsa)[]? _keys;

    /// <summary>An access token for an account.</summary>
    public async Task<string> IssueAsync(Guid userId, AccountRole role)
    {
        var (keyId, rsa) = (await KeysAsync())[0];
        var now = time.GetUtcNow();
        var header = JsonSerializer.SerializeToUtf8Bytes(new { alg = "RS256", typ = "at+jwt", kid = keyId });
        var payload = JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = options.Issuer,
            aud = options.Audience,
            sub = userId,
            role = role.ToString().ToLowerInvariant(),
            scope = string.Join(' ', AccountRules.ScopesOf(role)),
            iat = now.ToUnixTimeSeconds(),
            nbf = now.ToUnixTimeSeconds(),
            exp = (now + options.AccessLifetime).ToUnixTimeSeconds(),
            jti = Guid.CreateVersion7(now),
        });
        var signed = $"{Base64Url.EncodeToString(header)}.{Base64Url.EncodeToString(payload)}";
        byte[] signature;
        lock (rsa)
            signature = rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The public keys, the one that signs first.</summary>
    public async Task<ImmutableArray<SigningKeyInfo>> GetPublicKeysAsync() =>
    [
        .. (await KeysAsync()).Select(key =>
        {
            var parameters = key.Rsa.ExportParameters(includePrivateParameters: false);
            return new SigningKeyInfo(key.KeyId, Base64Url.EncodeToString(parameters.Modulus), Base64Url.EncodeToString(parameters.Exponent));
        }),
    ];

    /// <inheritdoc/>
    public void Dispose()
    {
        _loading.Dispose();
        foreach (var (_, rsa) in _keys ?? [])
            rsa.Dispose();
    }

    private async ValueTask<(string KeyId, RSA Rsa)[]> KeysAsync() => _keys ?? await LoadAsync();

    private async Task<(string KeyId, RSA Rsa)[]> LoadAsync()
    {
        await _loading.WaitAsync();
        try
        {
            if (_keys is { } loaded)
                return loaded;
            var rows = await table.ListOrAddAsync(NewKey, CancellationToken.None);
            return _keys = [.. rows.Select(row => (row.KeyId, Open(row)))];
        }
        finally
        {
            _loading.Release();
        }
    }

    private SigningKeyRow NewKey()
    {
        using var rsa = RSA.Create(KeyBits);
        var keyId = Base64Url.EncodeToString(SHA256.HashData(rsa.ExportRSAPublicKey()).AsSpan(0, 12));
        return new SigningKeyRow(keyId, box.SealText(Convert.ToBase64String(rsa.ExportPkcs8PrivateKey()), Context(keyId)), time.GetUtcNow().UtcDateTime);
    }

    private RSA Open(SigningKeyRow row)
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Convert.FromBase64String(box.OpenText(row.SealedKey, Context(row.KeyId))), out _);
        return rsa;
    }

    private static string Context(string keyId) => $"signing-key/{keyId}";
}
