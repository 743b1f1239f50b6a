using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Media;
using AudioOrleans.Persistence.Uploads;

namespace AudioOrleans.Grains.Uploads;

/// <inheritdoc cref="IUploadCatalogGrain"/>
[StatelessWorker, GrainType("upload-catalog")]
public sealed class UploadCatalogGrain(UploadTable table) : Grain, IUploadCatalogGrain
{
    /// <inheritdoc/>
    public async Task<Page<UploadDetails>> List(Caller caller, PageRequest page)
    {
        if (caller is { UserId: null, IsAdmin: false })
            throw new AudioException(AudioError.Forbidden, "Uploads can be listed only by their owners");
        var after = Cursor.ParseTimeAndId(page.Cursor);
        var rows = await table.ListAsync(caller.IsAdmin ? null : caller.UserId, after, page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, ToDetails, row => Cursor.Format(row.CreatedAt.Ticks, row.UploadId));
    }

    private static UploadDetails ToDetails(UploadRow row) => new(
        row.UploadId, row.OwnerId, row.FileName, Enum.Parse<UploadStatus>(row.Status, ignoreCase: true), row.Status == "ready" ? 100 : 0, row.Format, row.SizeBytes,
        row.Title, row.Artist, row.Album, row.DurationMs is { } duration ? TimeSpan.FromMilliseconds(duration) : null, row.BitsPerSecond, row.LoudnessLufs,
        row.HasArt, row.HasWaveform, row.ErrorMessage, row.DuplicateOf, row.CreatedAt, row.CompletedAt, row.Warning, CoverRules.OfRow(row.CoverVersion, row.CoverPixels));
}
