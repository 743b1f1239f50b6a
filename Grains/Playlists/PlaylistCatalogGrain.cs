using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Media;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Persistence.Playlists;

namespace AudioOrleans.Grains.Playlists;

/// <inheritdoc cref="IPlaylistCatalogGrain"/>
[StatelessWorker, GrainType("playlist-catalog")]
public sealed class PlaylistCatalogGrain(PlaylistTables tables, TimeProvider time) : Grain, IPlaylistCatalogGrain
{
    /// <inheritdoc/>
    public async Task<Page<PlaylistDetails>> List(Caller caller, PageRequest page, bool ownOnly)
    {
        var after = Cursor.ParseTimeAndId(page.Cursor);
        var rows = await tables.ListAsync(caller.UserId, caller.IsAdmin, ownOnly, after, page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, ToDetails, row => Cursor.Format(row.CreatedAt.Ticks, row.PlaylistId));
    }

    /// <inheritdoc/>
    public Task<long> GetPlays(Guid playlistId) => tables.CountPlaysAsync(playlistId, CancellationToken.None);

    /// <inheritdoc/>
    public Task CountPlays(Guid batchId, ImmutableArray<PlaylistPlays> plays) => tables.CountPlaysAsync(
        batchId, time.GetUtcNow().UtcDateTime, [.. plays.Select(one => one.PlaylistId)], [.. plays.Select(one => one.Count)], CancellationToken.None);

    private static PlaylistDetails ToDetails(PlaylistRow row) => new(
        row.PlaylistId, row.OwnerId, row.Title, row.Description, StreamCatalogGrain.ToVisibility(row.Visibility), row.Monetized,
        [], row.TrackCount, TimeSpan.FromMilliseconds(row.DurationMs), row.CreatedAt, row.UpdatedAt, row.Revision, Invitations.None,
        CoverRules.OfRow(row.CoverVersion, row.CoverPixels), row.Slug);
}
