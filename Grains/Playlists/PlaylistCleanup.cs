using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Tidies up behind work on a playlist.</summary>
public sealed class PlaylistCleanup(IGrainFactory grains, IObjectStore store, TimeProvider time)
{
    /// <summary>
    /// Deletes what former versions needed and nobody hears any more; and all, when the playlist was deleted meanwhile: what was put since
    /// then would stay for ever.
    /// </summary>
    /// <param name="playlistKey">The playlist's grain.</param>
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
