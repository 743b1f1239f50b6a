using AudioOrleans.Grains.Interfaces.Slugs;
using AudioOrleans.Persistence.Slugs;

namespace AudioOrleans.Grains.Slugs;

/// <inheritdoc cref="ISlugsGrain"/>
[StatelessWorker, GrainType("slugs")]
public sealed class SlugsGrain(SlugTable table) : Grain, ISlugsGrain
{
    /// <inheritdoc/>
    public async Task<SlugTarget?> Find(string noun, string slug) =>
        await table.FindAsync(noun, slug, CancellationToken.None) is { } row ? new SlugTarget(row.Id, row.Current) : null;
}
