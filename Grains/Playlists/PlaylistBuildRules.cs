using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Playlists;

/// <summary>What is built of a playlist, step by step: what the next state is, and which job follows. Needs no runtime.</summary>
public static class PlaylistBuildRules
{
    private const string Unreadable = "The track's file cannot be read any more.";

    /// <summary>Has what there is to hear built anew, unless tracks are still being fetched: the last of them does it.</summary>
    public static Change<PlaylistState> Rebuild(Guid playlistId, PlaylistState state)
    {
        var next = state with { Version = state.Version + 1, BuildJob = null, Joins = GaplessRules.Kept(state, []) };
        return next.Tracks.Any(track => track.Status == TrackStatus.Pending) ? next : Begin(next, BuildPlaylist.Job.Create(GrainKeys.Playlist(playlistId), next.OwnerId));
    }

    /// <summary>
    /// The step after the one that ended, each a job of its own: whatever others have to be prepared gets its turn in between. Once all
    /// tracks have their MP3 all can be heard; joins between tracks are made afterwards, and sent once all of them are there.
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

    /// <summary>Whether there is something to build that nobody builds.</summary>
    public static bool IsUnbuilt(PlaylistState state) =>
        state is not { IsComplete: true, ManifestKey: not null } && state.BuildJob is null && state.Tracks.All(track => track.Status != TrackStatus.Pending);

    /// <summary>With the HLS playlist that was built.</summary>
    public static PlaylistState WithManifest(PlaylistState state, string manifestKey, DateTimeOffset now)
    {
        var parts = WithMade(PlaylistRules.PartsOf(state.Tracks, state.Joins), state);
        return state with { ManifestKey = manifestKey, Parts = parts, IsComplete = false, Former = PlaylistRules.FormerOf(state.Former, state.Parts, parts, now) };
    }

    /// <summary>With the MP3 that was made of a track, wherever that stands.</summary>
    public static PlaylistState WithMp3(PlaylistState state, string sourceKey, Mp3Source mp3)
    {
        var made = state.Tracks.Where(track => track.Audio?.Mp3.Key == sourceKey).Select(track => track.TrackId).ToHashSet();
        return state with { Parts = [.. state.Parts.Select(part => part.Mp3 is null && made.Contains(part.TrackId) ? part with { Mp3 = mp3 } : part)] };
    }

    /// <summary>The first track whose MP3 is still to be made; null when there is none.</summary>
    public static TrackToTranscode? NextToTranscode(PlaylistState state)
    {
        if (state.Parts.FirstOrDefault(part => part.Mp3 is null) is not { } part)
            return null;
        var format = PlaylistRules.FormatOf(state.Tracks);
        return new TrackToTranscode(state.Tracks.First(track => track.TrackId == part.TrackId).Audio!.Mp3, format.SampleRate, format.Channels);
    }

    /// <summary>With the MP3s that were made of tracks of another format for what is sent now, as far as they are still of use.</summary>
    public static ImmutableArray<PlaybackPart> WithMade(ImmutableArray<PlaybackPart> parts, PlaylistState state)
    {
        var format = PlaylistRules.FormatOf(state.Tracks);
        return [.. parts.Select(part => part.Mp3 is not null ? part : part with { Mp3 = state.Parts.FirstOrDefault(IsMade(part))?.Mp3 })];

        Func<PlaybackPart, bool> IsMade(PlaybackPart part) => made =>
            (made.TrackId, made.HlsPrefix) == (part.TrackId, part.HlsPrefix) && made.Mp3 is { } mp3 && PlaylistRules.HasFormat(mp3, format);
    }

    /// <summary>Whether answers of external addresses change a track.</summary>
    public static bool Changes(PlaylistState state, IReadOnlyDictionary<string, ExternalAudio> answers) =>
        state.Tracks.Any(track => WithAnswer(track, answers) != track);

    /// <summary>With the answers of external addresses, by address.</summary>
    public static Change<PlaylistState> WithExternal(Guid playlistId, PlaylistState state, IReadOnlyDictionary<string, ExternalAudio> answers) =>
        Rebuild(playlistId, state with { Tracks = [.. state.Tracks.Select(track => WithAnswer(track, answers))] });

    /// <summary>The tracks that some of these objects belong to.</summary>
    public static ImmutableArray<StoredTrack> UnreadableOf(PlaylistState state, ImmutableArray<string> keys) =>
        [.. state.Tracks.Where(track => track.Audio is { } audio && keys.Any(key => PlaylistRules.Has(audio, key)))];

    /// <summary>Whether a playlist has to be built anew without these objects. What is being built already is built of what there is; the joins are a part of that.</summary>
    public static bool Uses(PlaylistState state, ImmutableArray<string> keys) =>
        !UnreadableOf(state, keys).IsEmpty || state.Joins.Any(join => keys.Any(key => GaplessRules.Has(join, key)))
            || (state.BuildJob is null && keys.Any(key => PlaylistRules.IsBuilt(state, key)));

    /// <summary>Without objects that cannot be read any more: their tracks are left out from now on.</summary>
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

    /// <summary>The objects of its own that a playlist needs.</summary>
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
