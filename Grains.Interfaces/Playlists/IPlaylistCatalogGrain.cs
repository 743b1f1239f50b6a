namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>Lists of playlists, and their play counts. Stateless; key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.IPlaylistCatalogGrain")]
public interface IPlaylistCatalogGrain : IGrainWithStringKey
{
    /// <summary>Public playlists and the caller's own, newest first; all of them for an admin.</summary>
    /// <exception cref="AudioException">Invalid: the cursor does not belong to this list.</exception>
    [Alias("List")]
    Task<Page<PlaylistDetails>> List(Caller caller, PageRequest page, bool ownOnly);

    /// <summary>The total number of plays of a playlist.</summary>
    [Alias("GetPlays")]
    Task<long> GetPlays(Guid playlistId);

    /// <summary>Adds plays to a day's counts. Each batch is counted once.</summary>
    /// <param name="batchId">The batch's id.</param>
    /// <param name="plays">The plays of each playlist.</param>
    [Alias("CountPlays")]
    Task CountPlays(Guid batchId, ImmutableArray<PlaylistPlays> plays);
}

/// <summary>The plays of a playlist.</summary>
/// <param name="PlaylistId">The playlist.</param>
/// <param name="Count">How many sessions started.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.plays")]
public sealed record PlaylistPlays([property: Id(0)] Guid PlaylistId, [property: Id(1)] int Count);
