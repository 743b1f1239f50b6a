using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Playlists;

/// <summary>The jobs of playlists. What they are to do they ask the grain: their payload is empty.</summary>
public static class PlaylistJobs
{
    /// <summary>The queue of playlists to build.</summary>
    public const string BuildQueue = "playlists";

    /// <summary>Builds a playlist.</summary>
    public const string BuildKind = "playlists.build";

    /// <summary>Makes the MP3 of one of a playlist's tracks in the playlist's format.</summary>
    public const string TranscodeKind = "playlists.match";

    /// <summary>Makes what is heard where one of a playlist's tracks goes over into the next.</summary>
    public const string JoinKind = "playlists.join";

    /// <summary>The queue of addresses outside.</summary>
    public const string FetchQueue = "outside";

    /// <summary>Fetches an address outside.</summary>
    public const string FetchKind = "outside.fetch";

    private const string NoPayload = "{}";
    private const int BuildPriority = 20;
    private const int TranscodePriority = 10; // As uploads: they take turns.
    private const int FetchPriority = 10;

    /// <summary>With the pauses in between about ten minutes: a cluster that lost silos has settled by then.</summary>
    private const int MostAttempts = 12;

    internal static NewJob Build(Guid playlistId, Guid ownerId) =>
        new(Guid.CreateVersion7(), BuildQueue, BuildKind, ownerId, GrainKeys.Playlist(playlistId), NoPayload) { Priority = BuildPriority, MaxAttempts = MostAttempts };

    internal static NewJob Match(Guid playlistId, Guid ownerId) =>
        new(Guid.CreateVersion7(), BuildQueue, TranscodeKind, ownerId, GrainKeys.Playlist(playlistId), NoPayload) { Priority = TranscodePriority, MaxAttempts = MostAttempts };

    internal static NewJob Join(Guid playlistId, Guid ownerId) =>
        new(Guid.CreateVersion7(), BuildQueue, JoinKind, ownerId, GrainKeys.Playlist(playlistId), NoPayload) { Priority = TranscodePriority, MaxAttempts = MostAttempts };

    internal static NewJob Fetch(string externalKey) =>
        new(Guid.CreateVersion7(), FetchQueue, FetchKind, null, externalKey, NoPayload) { Priority = FetchPriority, MaxAttempts = 4 };
}
