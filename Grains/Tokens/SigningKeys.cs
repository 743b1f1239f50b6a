using System.Buffers.Text;
using System.Security.Cryptography;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Grains.Operations;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Accounts;
using AudioOrleans.Persistence.Secrets;
using Npgsql;

namespace AudioOrleans.Grains.Tokens;

/// <summary>
/// The keys that sign tokens, the same on every silo: stored sealed in the database and reloaded every five seconds. The first is created
/// at the platform's first start, each next one when it is due.
/// </summary>
public sealed class SigningKeys(SigningKeyTable table, SecretBox box, TokenOptions options, OperationLog operations, TimeProvider time) : IDisposable
{
    private const int KeyBits = 2048;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _loading = new(1);
    private volatile Loaded? _loaded;

    /// <summary>The current signing key.</summary>
    public async ValueTask<SigningKey> SigningAsync()
    {
        var keys = await CurrentAsync();
        return SigningKeyRules.Signing(keys, key => key.CreatedAt, time.GetUtcNow().UtcDateTime);
    }

    /// <summary>The public parts of all keys whose tokens may still be valid, the newest first.</summary>
    public async Task<ImmutableArray<SigningKeyInfo>> GetPublicAsync() => [.. (await CurrentAsync()).Select(key => key.Public)];

    /// <summary>Creates a key, whether or not one is due.</summary>
    /// <param name="revokeOld">Whether to revoke the others immediately.</param>
    public async Task<SigningKeyInfo> RotateAsync(bool revokeOld)
    {
        var fresh = NewKey();
        return (await LoadAsync(rows => ([fresh], revokeOld ? rows : []), operations.EnterAsync, onlyIfStale: false)).First(key => key.KeyId == fresh.KeyId).Public;
    }

    /// <inheritdoc/>
    public void Dispose() => _loading.Dispose();

    private async ValueTask<ImmutableArray<SigningKey>> CurrentAsync() => IsFresh(_loaded) ? _loaded!.Keys : await LoadAsync(Maintain, null, onlyIfStale: true);

    private async Task<ImmutableArray<SigningKey>> LoadAsync(
        Func<IReadOnlyList<SigningKeyRow>, (IReadOnlyList<SigningKeyRow> Add, IReadOnlyList<SigningKeyRow> Remove)> maintain, Func<NpgsqlTransaction, ValueTask>? along, bool onlyIfStale)
    {
        await _loading.WaitAsync();
        try
        {
            if (onlyIfStale && IsFresh(_loaded))
                return _loaded!.Keys;
            var known = _loaded?.Keys ?? [];
            var rows = await table.MaintainAsync(maintain, along, CancellationToken.None);
            _loaded = new Loaded([.. rows.Select(row => known.FirstOrDefault(key => key.KeyId == row.KeyId) ?? Open(row))], time.GetTimestamp());
        }
        catch (DatabaseUnavailableException) when (onlyIfStale && _loaded is not null)
        {
            // Keep using the loaded keys; the next call retries.
        }
        finally
        {
            _loading.Release();
        }
        return _loaded.Keys;
    }

    private bool IsFresh(Loaded? loaded) => loaded is not null && time.GetElapsedTime(loaded.At) < Fresh;

    private (IReadOnlyList<SigningKeyRow> Add, IReadOnlyList<SigningKeyRow> Remove) Maintain(IReadOnlyList<SigningKeyRow> rows)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var made = rows.Select(row => row.CreatedAt).ToList();
        return (
            SigningKeyRules.NeedsNew(made, now, options) ? [NewKey()] : [],
            [.. rows.Where((_, i) => SigningKeyRules.IsSpent(i == 0 ? null : made[i - 1], now, options))]);
    }

    private SigningKeyRow NewKey()
    {
        using var rsa = RSA.Create(KeyBits);
        var keyId = Base64Url.EncodeToString(SHA256.HashData(rsa.ExportRSAPublicKey()).AsSpan(0, 12));
        return new SigningKeyRow(keyId, box.SealText(Convert.ToBase64String(rsa.ExportPkcs8PrivateKey()), Context(keyId)), time.GetUtcNow().UtcDateTime);
    }

    private SigningKey Open(SigningKeyRow row)
    {
        var rsa = RSA.Create();
        rsa.ImportPkcs8PrivateKey(Convert.FromBase64String(box.OpenText(row.SealedKey, Context(row.KeyId))), out _);
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        return new SigningKey(row.KeyId, rsa, new SigningKeyInfo(row.KeyId, Base64Url.EncodeToString(parameters.Modulus), Base64Url.EncodeToString(parameters.Exponent)), row.CreatedAt);
    }

    private static string Context(string keyId) => $"signing-key/{keyId}";

    private sealed record Loaded(ImmutableArray<SigningKey> Keys, long At);
}

/// <summary>A key that signs tokens.</summary>
/// <param name="KeyId">The <c>kid</c> of its tokens.</param>
/// <param name="Rsa">The key; not thread-safe.</param>
/// <param name="Public">The public key.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
public sealed record SigningKey(string KeyId, RSA Rsa, SigningKeyInfo Public, DateTime CreatedAt);
