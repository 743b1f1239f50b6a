using System.Text.Json;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Operations;
using AudioOrleans.Persistence.Secrets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AudioOrleans.Grains.Operations;

/// <summary>Keeps what commands answered, sealed, since answers hold tokens, for attempts that come after the one that did it.</summary>
public sealed class OperationResults(OperationTable table, SecretBox box, TimeProvider time, ILogger<OperationResults> logger)
{
    /// <summary>How long an answer is waited for while whoever did it may still be about to give one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(400);

    /// <summary>What another attempt answered; null when none has done it.</summary>
    /// <exception cref="AudioException">AnswerLost: it was done, and there is no answer.</exception>
    public async Task<OperationResult?> FindAsync(OperationRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var start = time.GetTimestamp();
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var row = await table.FindAsync(run.Operation.Id, run.Grain.ToString(), run.Method, CancellationToken.None);
            if (row is null || row.Attempt == run.Operation.Attempt)
                return null;
            if (row.SealedAnswer is { } sealedAnswer)
                return JsonSerializer.Deserialize<OperationResult>(box.OpenText(sealedAnswer, ContextOf(run)), StateJson.Options)!;
            if (time.GetElapsedTime(start) >= Patience)
                throw Lost();
            await Task.Delay(pause, time, CancellationToken.None);
        }
    }

    /// <summary>Keeps an answer. What was done stays done if that fails: then the answer is lost to those who come after.</summary>
    public async Task KeepAsync(OperationRun run, OperationResult answer)
    {
        ArgumentNullException.ThrowIfNull(run);
        var sealedAnswer = box.SealText(JsonSerializer.Serialize(answer, StateJson.Options), ContextOf(run));
        try
        {
            await table.AnswerAsync(
                new OperationRow(run.Operation.Id, run.Grain.ToString(), run.Method, run.Operation.Attempt, sealedAnswer, default), CancellationToken.None);
        }
        catch (Exception exception) when (exception is DatabaseUnavailableException or NpgsqlException)
        {
            logger.LogWarning(exception, "The answer of {Method} of {Grain} could not be kept", run.Method, run.Grain);
        }
    }

    /// <summary>It was done, and there is no answer.</summary>
    public static AudioException Lost() =>
        new(AudioError.AnswerLost, "It was done by an earlier attempt, and its answer was lost: look at what it changed");

    // A row that is copied elsewhere does not open there.
    private static string ContextOf(OperationRun run) => $"operation/{run.Operation.Id:D}/{run.Method}/{run.Grain}";
}
