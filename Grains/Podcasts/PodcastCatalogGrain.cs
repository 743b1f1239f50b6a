using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Media;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Persistence.Podcasts;

namespace AudioOrleans.Grains.Podcasts;

/// <inheritdoc cref="IPodcastCatalogGrain"/>
[StatelessWorker, GrainType("podcast-catalog")]
public sealed class PodcastCatalogGrain(PodcastTables tables) : Grain, IPodcastCatalogGrain
{
    /// <inheritdoc/>
    public async Task<Page<PodcastListItem>> List(Caller caller, PageRequest page, bool ownOnly)
    {
        var after = Cursor.ParseTimeAndId(page.Cursor);
        var rows = await tables.ListAsync(caller.UserId, caller.IsAdmin, ownOnly, after, page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, ToItem, row => Cursor.Format(row.CreatedAt.Ticks, row.PodcastId));
    }

    private static PodcastListItem ToItem(PodcastRow row) => new(
        row.PodcastId, row.OwnerId, row.Title, row.Description, row.Language, row.Author, StreamCatalogGrain.ToVisibility(row.Visibility), row.Monetized,
        row.EpisodeCount, row.CreatedAt, row.UpdatedAt, CoverRules.OfRow(row.CoverVersion, row.CoverPixels), row.Slug);
}
