namespace AudioOrleans.Grains.Interfaces.Streams;

/// <summary>Lists of streams, read from SQL. A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.streams.IStreamCatalogGrain")]
public interface IStreamCatalogGrain : IGrainWithStringKey
{
    /// <summary>Public streams and the caller's own, newest first.</summary>
    [Alias("List")]
    Task<Page<StreamListItem>> List(Caller caller, PageRequest page, bool ownOnly);

    /// <summary>The tracks that a stream played, newest first.</summary>
    [Alias("GetHistory")]
    Task<Page<TrackPlayed>> GetHistory(Guid streamId, PageRequest page);

    /// <summary>A stream's timeline, newest first.</summary>
    [Alias("GetTimeline")]
    Task<Page<TimelineEntry>> GetTimeline(Guid streamId, PageRequest page);
}
