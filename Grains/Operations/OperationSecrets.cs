using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Persistence.Operations;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Operations;

/// <summary>Seals stored requests and responses, so that the database alone exposes neither: bodies contain passwords, responses tokens.</summary>
public sealed class OperationSecrets(SecretBox box, MasterKey master)
{
    private readonly byte[] _fingerprintKey = master.Derive("idempotency-fingerprint");

    /// <summary>Distinguishes the requests of one key; reveals nothing without the master key, not even that two keys had the same request.</summary>
    public string Fingerprint(KeyedRequest request) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(_fingerprintKey, Encoding.UTF8.GetBytes($"{request.Scope}\n{request.Key}\n{request.Digest}")));

    /// <summary>A row with its response, sealed.</summary>
    public OperationRow Seal(OperationRow row, byte[] answer) => row with { SealedAnswer = Convert.ToBase64String(box.Seal(answer, ContextOf(row))) };

    /// <summary>The response that <see cref="Seal"/> sealed for this row; null for none.</summary>
    public byte[]? Open(OperationRow row) => row.SealedAnswer is { } answer ? box.Open(Convert.FromBase64String(answer), ContextOf(row)) : null;

    // A response that is copied to another row cannot be opened there. The key comes last, since it may be any text.
    private static string ContextOf(OperationRow row) => $"idempotency/{row.Scope}/{row.OperationId:D}/{row.Key}";
}
