using Orleans.Storage;

namespace AudioOrleans.Grains;

/// <summary>How grains write their states.</summary>
public static class PersistentStates
{
    private const int MostAttempts = 3;

    /// <summary>Replaces a state and writes it; when that fails, the grain goes on with what it had.</summary>
    public static async Task ReplaceAsync<T>(this IPersistentState<T> stored, T next)
    {
        ArgumentNullException.ThrowIfNull(stored);
        var before = stored.State;
        stored.State = next;
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            stored.State = before;
            throw;
        }
    }

    /// <summary>Makes a change and writes it; when somebody else wrote meanwhile, decides again on what they wrote.</summary>
    /// <param name="stored">The state.</param>
    /// <param name="change">Makes the next state of the present one; may throw, which ends it.</param>
    /// <returns>What was written.</returns>
    public static async Task<T> ChangeAsync<T>(this IPersistentState<T> stored, Func<T, T> change)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(change);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await stored.ReplaceAsync(change(stored.State));
                return stored.State;
            }
            catch (InconsistentStateException) when (attempt < MostAttempts)
            {
                await stored.ReadStateAsync();
            }
        }
    }
}
