using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AudioOrleans.Grains.Interfaces.Requests;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Requests;

/// <summary>What is kept of requests and answers, so that the database alone gives neither away: bodies hold passwords, answers tokens.</summary>
public sealed class RequestSecrets(SecretBox box, MasterKey master)
{
    private readonly byte[] _fingerprintKey = master.Derive("idempotency-fingerprint");

    /// <summary>Tells requests of one key apart; says nothing without the master key, not even that two keys had the same request.</summary>
    public string Fingerprint(KeyedRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Convert.ToHexStringLower(HMACSHA256.HashData(_fingerprintKey, Encoding.UTF8.GetBytes($"{request.Scope}\n{request.Key}\n{request.Digest}")));
    }

    /// <summary>Seals an answer for its row.</summary>
    public string Seal(StoredResponse answer, KeyedRequest request, Guid operationId) => box.SealText(JsonSerializer.Serialize(answer), ContextOf(request, operationId));

    /// <summary>Opens what <see cref="Seal"/> sealed for this row.</summary>
    public StoredResponse Open(string sealedAnswer, KeyedRequest request, Guid operationId) =>
        JsonSerializer.Deserialize<StoredResponse>(box.OpenText(sealedAnswer, ContextOf(request, operationId)))!;

    // The key, which may be any text, comes last.
    private static string ContextOf(KeyedRequest request, Guid operationId) => $"idempotency/{request.Scope}/{operationId:D}/{request.Key}";
}
