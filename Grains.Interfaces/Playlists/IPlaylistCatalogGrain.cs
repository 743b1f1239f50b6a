namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>Lists of playlists, and their plays. Stateless; key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.IPlaylistCatalogGrain")]
public interface IPlaylistCatalogGrain : IGrainWithStringKey
{
    /// <summary>Public playlists and the caller's own, newest first; all of them for an admin.</summary>
    /// <exception cref="AudioException">Invalid: the cursor is none of this list.</exception>
    [Alias("List")]
    Task<Page<PlaylistDetails>> List(Caller caller, PageRequest page, bool ownOnly);

    /// <summary>How often a playlist was played in all.</summary>
    [Alias("GetPlays")]
    Task<long> GetPlays(Guid playlistId);

    /// <summary>Adds plays to those of a day. The same batch counts once.</summary>
    /// <param name="batchId">Names the batch.</param>
    /// <param name="plays">How many of which playlist.</param>
    [Alias("CountPlays")]
    Task CountPlays(Guid batchId, ImmutableArray<PlaylistPlays> plays);
}

/// <summary>How often a playlist was played.</summary>
/// <param name="PlaylistId">The playlist.</param>
/// <param name="Count">How many sessions began.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.plays")]
public sealed record PlaylistPlays([property: Id(0)] Guid PlaylistId, [property: Id(1)] int Count);
