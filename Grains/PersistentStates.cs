namespace Audio.Orleans.Grains;

/// <summary>How grains write their states.</summary>
public static class PersistentStates
{
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
}
