using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Cleans up after work on a playlist.</summary>
public sealed class PlaylistCleanup(IGrainFactory grains, IObjectStore store, TimeProvider time)
{
    /// <summary>
    /// Deletes the objects of former versions that nobody can be playing any more; or all, if the playlist was deleted in the meantime,
    /// since objects written after that would never be deleted.
    /// </summary>
    /// <param name="playlistKey">The key of the playlist's grain.</param>
    public async Task TidyAsync(string playlistKey)
    {
        var prefix = PlaylistKeys.Prefix(GrainKeys.ParseId(playlistKey));
        if (await grains.GetGrain<IPlaylistAudioGrain>(playlistKey).FindObjects() is not { } objects)
        {
            await store.DeleteAllAsync(prefix, CancellationToken.None);
            return;
        }
        if (!objects.AreComplete)
            return;
        var used = objects.Keys.ToHashSet();
        var oldest = time.GetUtcNow() - PlaylistRules.StillHeard;
        await foreach (var item in store.ListAsync(prefix, CancellationToken.None))
        {
            if (item.ModifiedAt < oldest && !used.Contains(item.Key) && !objects.Prefixes.Any(heard => item.Key.StartsWith(heard, StringComparison.Ordinal)))
                await store.DeleteAsync(item.Key, CancellationToken.None);
        }
    }
}
