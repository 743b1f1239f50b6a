using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>Sends the bytes of a playlist's MP3 to one listener. Skips a track that cannot be read, and reports it to its playlist.</summary>
internal sealed class Mp3Sender(Guid playlistId, HttpContext context, IObjectStore store, PlaylistAccessCache accessCache, BrokenTracks broken, ILogger logger)
{
    /// <summary>
    /// How long an early listener waits in mid-stream for tracks that are still being prepared: an hour of music takes about a minute.
    /// </summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private CancellationToken Aborted => context.RequestAborted;

    /// <summary>Sends a range whose length was announced.</summary>
    public async Task SendAsync(Mp3Layout layout, ByteRange range)
    {
        await context.Response.Body.WriteAsync(layout.CutDescription(range), Aborted);
        foreach (var piece in layout.Cut(range))
        {
            if (!await TrySendAsync(piece))
            {
                context.Abort(); // It was deleted or damaged since the check; the listener's next attempt gets the other tracks.
                return;
            }
        }
    }

    /// <summary>Sends track after track, and waits for those that are still being prepared.</summary>
    public async Task SendAsTheyComeAsync(PlaybackManifest playback)
    {
        foreach (var part in playback.Parts)
        {
            // Tracks that become ready meanwhile replace the parts of others: this listener continues with the manifest that it began with.
            if ((part.Mp3 ?? await FindMp3Async(part)) is { } mp3)
                await TrySendAsync(new Mp3Piece(part.TrackId, mp3.Key, mp3.Offset, mp3.Length));
        }
    }

    private async Task<Mp3Source?> FindMp3Async(PlaybackPart part)
    {
        var playback = await accessCache.WaitAsync(playlistId, known => known.IsComplete || PartOf(known)?.Mp3 is not null, LongestPause, Aborted);
        var mp3 = playback is null ? null : PartOf(playback)?.Mp3;
        if (mp3 is null)
            logger.LogWarning("Track {TrackId} of playlist {PlaylistId} is skipped: it was not ready in time", part.TrackId, playlistId);
        return mp3;

        PlaybackPart? PartOf(PlaybackManifest known) => known.Parts.FirstOrDefault(one => (one.TrackId, one.HlsPrefix) == (part.TrackId, part.HlsPrefix));
    }

    private async Task<bool> TrySendAsync(Mp3Piece piece)
    {
        await using var found = await store.OpenAsync(piece.Key, piece.Offset, piece.Length, Aborted);
        if (found is null)
        {
            await broken.ReportAsync(playlistId, [(piece.TrackId, piece.Key)]);
            return false;
        }
        return await context.SendAsync(found.Content, piece.Length);
    }
}
