using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Operations;
using AudioOrleans.Persistence.Secrets;
using Microsoft.Extensions.Logging;
using Npgsql;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace AudioOrleans.Grains.Operations;

/// <summary>Stores the results of commands, a value or an exception, sealed, for repeats of the attempt that ran them.</summary>
public sealed class OperationAnswers(OperationTable table, OperationSecrets secrets, Serializer<Response> serializer, TimeProvider time, ILogger<OperationAnswers> logger)
{
    /// <summary>How long to wait for a response that the first attempt may still be about to store.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(400);

    /// <summary>The response of another attempt; null if none has run it.</summary>
    /// <exception cref="AudioException">AnswerLost: it was done, but there is no response.</exception>
    public async Task<Response?> FindAsync(OperationRun run)
    {
        var start = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var row = await table.FindAsync(run.ToRow(), CancellationToken.None);
            if (row is null || row.Attempt == run.Operation.Attempt)
                return run.WasDone ? throw Lost() : null;
            if (secrets.Open(row) is { } answer)
                return serializer.Deserialize(answer);
            if (time.GetElapsedTime(start) >= Patience)
                throw Lost();
            await Task.Delay(pause, time, CancellationToken.None);
        }
    }

    /// <summary>Stores a response. If that fails, the change remains, and the response is lost to later attempts.</summary>
    public async Task KeepAsync(OperationRun run, Response answer)
    {
        var row = secrets.Seal(run.ToRow(), serializer.SerializeToArray(answer));
        try
        {
            await table.AnswerAsync(row, CancellationToken.None);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or NpgsqlException)
        {
            logger.LogWarning(exception, "The answer of {Method} of {Grain} could not be stored", run.Method, run.Grain);
        }
    }

    private static AudioException Lost() =>
        new(AudioError.AnswerLost, "An earlier attempt has already made the change, and its answer was lost: check what it changed");
}

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
