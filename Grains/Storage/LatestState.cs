using AudioOrleans.Persistence;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace AudioOrleans.Grains.Storage;

/// <summary>
/// Writes state that the grain would receive again anyway, outside its turns: nobody waits for it, the latest value wins, and a failed
/// write is retried with the next one. For states in the default storage.
/// </summary>
/// <param name="stored">The state.</param>
/// <param name="logger">Logs failed writes.</param>
public sealed class LatestState<T>(IPersistentState<T> stored, ILogger logger)
    where T : class
{
    private Task _writing = Task.CompletedTask;
    private T? _next;

    /// <summary>The stored value; null if there is none.</summary>
    public T? Value => stored.RecordExists ? stored.State : null;

    /// <summary>Writes a state soon. Must be called from the grain's turns.</summary>
    public void Keep(T next)
    {
        _next = next;
        if (_writing.IsCompleted)
            _writing = WriteAsync();
    }

    /// <summary>Completes when all pending states are written, or have failed.</summary>
    public Task WrittenAsync() => _writing;

    /// <summary>Deletes the stored value.</summary>
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
                logger.LogInformation(exception, "The last report could not be stored; the next report will be");
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
            // Another activation, still alive elsewhere, wrote too: the latest value wins.
            await stored.ReadStateAsync();
            stored.State = next;
            await stored.WriteStateAsync();
        }
    }
}
