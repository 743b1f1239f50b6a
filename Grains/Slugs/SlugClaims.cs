using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Slugs;

namespace AudioOrleans.Grains.Slugs;

/// <summary>Claims slugs with the states that contain them. Of two that want the same one at once, the later gets the next number.</summary>
public sealed class SlugClaims(SlugTable table)
{
    private const int MostAttempts = 10;

    /// <summary>Commits a state with its slug.</summary>
    /// <param name="noun"><c>stream</c>, <c>playlist</c> or <c>podcast</c>.</param>
    /// <param name="id">The stream, playlist or podcast.</param>
    /// <param name="plan">The slug that it is to get; null if it keeps its own.</param>
    /// <param name="commit">Commits the state with the slug, or null for its own, and with the effects.</param>
    /// <exception cref="AudioException">Conflict: the slug that its owner chose is another's.</exception>
    public async Task CommitAsync(string noun, Guid id, SlugPlan? plan, Func<string?, IStateEffect[], Task> commit)
    {
        if (plan is null)
        {
            await commit(null, []);
            return;
        }
        for (var attempt = 1; ; attempt++)
        {
            var slug = plan.IsChosen ? plan.Slug : (attempt < MostAttempts ? await table.FindFreeAsync(noun, id, plan.Slug, CancellationToken.None) : null) ?? SlugRules.Random();
            try
            {
                await commit(slug, [new ClaimSlug(noun, id, slug)]);
                return;
            }
            catch (SlugTakenException)
            {
                if (plan.IsChosen || attempt > MostAttempts)
                    throw new AudioException(AudioError.Conflict, $"Another {noun} has, or had, the slug {slug}");
            }
        }
    }
}
