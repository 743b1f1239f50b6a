using AudioOrleans.Persistence;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace AudioOrleans.Grains.Storage;

/// <summary>
/// Writes what a grain would be told again anyway, beside its turns: nobody waits for it, the newest counts, and what cannot be written
/// is written with the next. For states in the default storage.
/// </summary>
/// <param name="stored">The state.</param>
/// <param name="logger">Hears of writes that failed.</param>
public sealed class LatestState<T>(IPersistentState<T> stored, ILogger logger)
    where T : class
{
    private Task _writing = Task.CompletedTask;
    private T? _next;

    /// <summary>What was kept; null when nothing was.</summary>
    public T? Value => stored.RecordExists ? stored.State : null;

    /// <summary>Writes a state soon. Call it from the grain's turns.</summary>
    public void Keep(T next)
    {
        _next = next;
        if (_writing.IsCompleted)
            _writing = WriteAsync();
    }

    /// <summary>Completes when all that was kept is written, or could not be.</summary>
    public Task WrittenAsync() => _writing;

    /// <summary>Deletes what was kept.</summary>
    public async Task ForgetAsync()
    {
        _next = null;
        await _writing;
        await stored.ClearStateAsync();
    }

    private async Task WriteAsync()
    {
        while (_next is { } next)
        {
            _next = null;
            try
            {
                await WriteAsync(next);
            }
            catch (Exception exception) when (exception is DatabaseUnavailableException or InconsistentStateException)
            {
                logger.LogInformation(exception, "What was reported last could not be kept; the next report is");
            }
        }
    }

    private async Task WriteAsync(T next)
    {
        stored.State = next;
        try
        {
            await stored.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            // An activation that lives on elsewhere wrote too: the newest counts.
            await stored.ReadStateAsync();
            stored.State = next;
            await stored.WriteStateAsync();
        }
    }
}
