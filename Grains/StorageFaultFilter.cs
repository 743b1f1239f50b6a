using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Persistence;

namespace AudioOrleans.Grains;

/// <summary>Keeps database exceptions inside the grain: callers get an error saying that nothing was changed and that they may retry.</summary>
public sealed class StorageFaultFilter : IIncomingGrainCallFilter
{
    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (DatabaseUnavailableException)
        {
            throw new AudioException(AudioError.Unavailable, "The database is not available");
        }
    }
}
