using Audio.Orleans.Contracts;
using Audio.Orleans.Persistence.Jobs;

namespace Audio.Orleans.Grains.Playlists;

/// <summary>The jobs of playlists. What they are to do they ask the grain: their payload is empty.</summary>
public static class PlaylistJobs
{
    /// <summary>The queue of playlists to build.</summary>
    public const string BuildQueue = "playlists";

    /// <summary>Builds a playlist.</summary>
    public const string BuildKind = "playlists.build";

    /// <summary>The queue of addresses outside.</summary>
    public const string FetchQueue = "outside";

    /// <summary>Fetches an address outside.</summary>
    public const string FetchKind = "outside.fetch";

    private const string NoPayload = "{}";
    private const int BuildPriority = 20;
    private const int FetchPriority = 10;

    /// <summary>With the pauses in between about ten minutes: so long the object store may be away.</summary>
    private const int Patience = 12;

    internal static NewJob Build(Guid playlistId, Guid ownerId) =>
        new(Guid.CreateVersion7(), BuildQueue, BuildKind, ownerId, GrainKeys.Playlist(playlistId), NoPayload) { Priority = BuildPriority, MaxAttempts = Patience };

    internal static NewJob Fetch(string externalKey) =>
        new(Guid.CreateVersion7(), FetchQueue, FetchKind, null, externalKey, NoPayload) { Priority = FetchPriority, MaxAttempts = 4 };
}
