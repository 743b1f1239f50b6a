using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Media;
using AudioOrleans.Persistence.Streams;

namespace AudioOrleans.Grains.Streams;

/// <inheritdoc cref="IStreamCatalogGrain"/>
[StatelessWorker, GrainType("stream-catalog")]
public sealed class StreamCatalogGrain(StreamTables tables) : Grain, IStreamCatalogGrain
{
    /// <inheritdoc/>
    public async Task<Page<StreamListItem>> List(Caller caller, PageRequest page, bool ownOnly)
    {
        var after = Cursor.ParseTimeAndId(page.Cursor);
        var rows = await tables.ListAsync(caller.UserId, caller.IsAdmin, ownOnly, after, page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, ToItem, row => Cursor.Format(row.CreatedAt.Ticks, row.StreamId));
    }

    /// <inheritdoc/>
    public async Task<Page<TrackPlayed>> GetHistory(Guid streamId, PageRequest page)
    {
        var rows = await tables.ListTracksAsync(streamId, Cursor.ParseTime(page.Cursor), page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, row => new TrackPlayed(row.Title, row.StartedAt, row.EndedAt), row => Cursor.Format(row.StartedAt.Ticks));
    }

    /// <inheritdoc/>
    public async Task<Page<TimelineEntry>> GetTimeline(Guid streamId, PageRequest page)
    {
        var rows = await tables.ListTimelineAsync(streamId, Cursor.ParseTime(page.Cursor), page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, row => new TimelineEntry(row.At, row.Kind, row.Reason), row => Cursor.Format(row.At.Ticks));
    }

    internal static string ToColumn(Visibility visibility) => visibility.ToString().ToLowerInvariant();

    internal static Visibility ToVisibility(string column) => Enum.Parse<Visibility>(column, ignoreCase: true);

    private static StreamListItem ToItem(StreamRow row) => new(
        row.StreamId, row.OwnerId, row.Name, row.Genre, row.Description,
        ToVisibility(row.Visibility), row.Monetized, row.Enabled, row.CreatedAt, CoverRules.OfRow(row.CoverVersion, row.CoverPixels), row.Slug);
}
