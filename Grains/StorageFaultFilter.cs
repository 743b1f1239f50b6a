using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Persistence;

namespace AudioOrleans.Grains;

/// <summary>A database exception never leaves a grain: callers learn that nothing was changed and that they may try again.</summary>
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
