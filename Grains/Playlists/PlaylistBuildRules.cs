using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Playlists;

/// <summary>The steps of a playlist build: the next state, and the job that follows. Needs no runtime.</summary>
public static class PlaylistBuildRules
{
    private const string Unreadable = "The track's file can no longer be read.";

    /// <summary>Starts a rebuild, unless tracks are still being fetched: the last of them starts it.</summary>
    public static Change<PlaylistState> Rebuild(Guid playlistId, PlaylistState state)
    {
        var next = state with { Version = state.Version + 1, BuildJob = null, Joins = GaplessRules.Kept(state, []) };
        return next.Tracks.Any(track => track.Status == TrackStatus.Pending) ? next : Begin(next, BuildPlaylist.Job.Create(GrainKeys.Playlist(playlistId), next.OwnerId));
    }

    /// <summary>
    /// The next step of a build. Each step is a job of its own, so that other owners' jobs get their turn in between. The playlist is complete
    /// once all tracks have their MP3; joins are created afterwards, and sent once all of them exist.
    /// </summary>
    public static Change<PlaylistState> Continue(Guid playlistId, PlaylistState state)
    {
        if (NextToTranscode(state) is not null)
            return Begin(state, TranscodeTrack.Job.Create(GrainKeys.Playlist(playlistId), state.OwnerId));
        if (!state.IsComplete)
            state = state with { IsComplete = true, Version = state.Version + 1 };
        if (GaplessRules.NextToJoin(state) is not null)
            return Begin(state, JoinTracks.Job.Create(GrainKeys.Playlist(playlistId), state.OwnerId));
        return GaplessRules.IsBehind(state) ? Rebuild(playlistId, state) : state with { BuildJob = null };
    }

    /// <summary>Whether a build is due that no job is doing.</summary>
    public static bool IsUnbuilt(PlaylistState state) =>
        state is not { IsComplete: true, ManifestKey: not null } && state.BuildJob is null && state.Tracks.All(track => track.Status != TrackStatus.Pending);

    /// <summary>The state with a new HLS playlist.</summary>
    public static PlaylistState WithManifest(PlaylistState state, string manifestKey, DateTimeOffset now)
    {
        var parts = WithMade(PlaylistRules.PartsOf(state.Tracks, state.Joins), state);
        return state with { ManifestKey = manifestKey, Parts = parts, IsComplete = false, Former = PlaylistRules.FormerOf(state.Former, state.Parts, parts, now) };
    }

    /// <summary>The state with a track's transcoded MP3, wherever the track occurs.</summary>
    public static PlaylistState WithMp3(PlaylistState state, string sourceKey, Mp3Source mp3)
    {
        var made = state.Tracks.Where(track => track.Audio?.Mp3.Key == sourceKey).Select(track => track.TrackId).ToHashSet();
        return state with { Parts = [.. state.Parts.Select(part => part.Mp3 is null && made.Contains(part.TrackId) ? part with { Mp3 = mp3 } : part)] };
    }

    /// <summary>The first track that still has to be transcoded; null if there is none.</summary>
    public static TrackToTranscode? NextToTranscode(PlaylistState state)
    {
        if (state.Parts.FirstOrDefault(part => part.Mp3 is null) is not { } part)
            return null;
        var format = PlaylistRules.FormatOf(state.Tracks);
        return new TrackToTranscode(state.Tracks.First(track => track.TrackId == part.TrackId).Audio!.Mp3, format.SampleRate, format.Channels);
    }

    /// <summary>The parts with the existing transcoded MP3s that still match.</summary>
    public static ImmutableArray<PlaybackPart> WithMade(ImmutableArray<PlaybackPart> parts, PlaylistState state)
    {
        var format = PlaylistRules.FormatOf(state.Tracks);
        return [.. parts.Select(part => part.Mp3 is not null ? part : part with { Mp3 = state.Parts.FirstOrDefault(IsMade(part))?.Mp3 })];

        Func<PlaybackPart, bool> IsMade(PlaybackPart part) => made =>
            (made.TrackId, made.HlsPrefix) == (part.TrackId, part.HlsPrefix) && made.Mp3 is { } mp3 && PlaylistRules.HasFormat(mp3, format);
    }

    /// <summary>Whether the results of external addresses change a track.</summary>
    public static bool Changes(PlaylistState state, IReadOnlyDictionary<string, ExternalAudio> answers) =>
        state.Tracks.Any(track => WithAnswer(track, answers) != track);

    /// <summary>The state with the results of external addresses, by address.</summary>
    public static Change<PlaylistState> WithExternal(Guid playlistId, PlaylistState state, IReadOnlyDictionary<string, ExternalAudio> answers) =>
        Rebuild(playlistId, state with { Tracks = [.. state.Tracks.Select(track => WithAnswer(track, answers))] });

    /// <summary>The tracks that own any of these objects.</summary>
    public static ImmutableArray<StoredTrack> UnreadableOf(PlaylistState state, ImmutableArray<string> keys) =>
        [.. state.Tracks.Where(track => track.Audio is { } audio && keys.Any(key => PlaylistRules.Has(audio, key)))];

    /// <summary>Whether losing these objects requires a rebuild. Built objects do not count while a build runs, which replaces them; joins are its input.</summary>
    public static bool Uses(PlaylistState state, ImmutableArray<string> keys) =>
        !UnreadableOf(state, keys).IsEmpty || state.Joins.Any(join => keys.Any(key => GaplessRules.Has(join, key)))
            || (state.BuildJob is null && keys.Any(key => PlaylistRules.IsBuilt(state, key)));

    /// <summary>The state without unreadable objects: their tracks are omitted from now on.</summary>
    public static Change<PlaylistState> Without(Guid playlistId, PlaylistState state, ImmutableArray<string> keys)
    {
        var unreadable = UnreadableOf(state, keys);
        return Rebuild(playlistId, state with
        {
            Tracks = [.. state.Tracks.Select(track => unreadable.Contains(track) ? track with { Audio = null, Error = Unreadable } : track)],
            Joins = GaplessRules.Kept(state, keys),
            Parts = [.. state.Parts.Select(part => part.Mp3 is { } mp3 && keys.Contains(mp3.Key) ? part with { Mp3 = null } : part)],
            IsComplete = state.IsComplete && !state.Parts.Any(part => part.Mp3 is { } mp3 && keys.Contains(mp3.Key)),
        });
    }

    /// <summary>The playlist's own objects that are in use.</summary>
    public static PlaylistObjects ObjectsOf(Guid playlistId, PlaylistState state) =>
        new PlaylistObjects(
            state is { IsComplete: true, BuildJob: null, ManifestKey: not null },
            [.. state.ManifestKey is { } key ? [key] : Array.Empty<string>(), .. state.Parts.Where(part => part.Mp3 is not null).Select(part => part.Mp3!.Key)],
            GaplessRules.FoldersOf(state, PlaylistKeys.Prefix(playlistId)));

    private static Change<PlaylistState> Begin(PlaylistState state, NewJob job) => new(state with { BuildJob = job.JobId }, new CancelJobs(), new EnqueueJob(job));

    private static StoredTrack WithAnswer(StoredTrack track, IReadOnlyDictionary<string, ExternalAudio> answers) =>
        track.Url is not null && answers.TryGetValue(track.Url, out var answer)
            ? track with { Audio = answer.Audio, Error = answer.Audio is null ? answer.Error : null }
            : track;
}
