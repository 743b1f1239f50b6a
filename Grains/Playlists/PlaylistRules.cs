using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Slugs;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Validation of playlists, and their conversion for display and playback. Needs no runtime.</summary>
public static class PlaylistRules
{
    /// <summary>The most tracks of a playlist.</summary>
    public const int MostTracks = 1000;

    /// <summary>How long listeners may still be playing a former version.</summary>
    public static readonly TimeSpan StillHeard = TimeSpan.FromDays(1);

    private const string NotForEverybody = "The track cannot be played at present.";

    private const int LongestTitle = 200;
    private const int LongestDescription = 4000;
    private const int LongestTrackText = 500;
    private const double LongestTrackSeconds = 24 * 3600;

    /// <summary>The problems with a playlist's texts.</summary>
    public static IEnumerable<FieldProblem> CheckWords(string? title, string? description, string? slug)
    {
        if (title is not null && FieldRules.Text("title", title, 1, LongestTitle) is { } wrongTitle)
            yield return wrongTitle;
        if (description is not null && FieldRules.Text("description", description, 0, LongestDescription, isLine: false) is { } wrongDescription)
            yield return wrongDescription;
        if (SlugRules.Check(slug) is { } wrongSlug)
            yield return wrongSlug;
    }

    /// <summary>The problems with the form of requested tracks.</summary>
    /// <param name="inputs">The tracks.</param>
    /// <param name="present">The tracks that are already in the playlist.</param>
    public static IEnumerable<FieldProblem> CheckTracks(ImmutableArray<TrackInput> inputs, ImmutableArray<StoredTrack> present)
    {
        if (inputs.Length > MostTracks)
        {
            yield return new FieldProblem("tracks", $"Expected at most {MostTracks} tracks, got {inputs.Length}.", FieldCodes.TooMany);
            yield break;
        }
        var seen = new HashSet<Guid>();
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = inputs[i];
            if (input.TrackId is { } trackId)
            {
                if (present.All(track => track.TrackId != trackId))
                    yield return new FieldProblem($"tracks[{i}].track_id", "Expected the id of a track of this playlist.", FieldCodes.NotAnId);
                else if (!seen.Add(trackId))
                    yield return new FieldProblem($"tracks[{i}].track_id", "Expected each track once; to add it again, give its source.", FieldCodes.Duplicate);
                continue;
            }
            if (input.SourceType is null)
                yield return new FieldProblem($"tracks[{i}].source_type", "Expected upload or external.", FieldCodes.Required);
            else if (input.SourceType == TrackSourceType.Upload && input.UploadId is null)
                yield return new FieldProblem($"tracks[{i}].upload_id", "Expected the id of an upload.", FieldCodes.Required);
            else if (input.SourceType == TrackSourceType.External && FieldRules.Url($"tracks[{i}].url", input.Url) is { } wrongUrl)
                yield return wrongUrl;
            foreach (var (field, text) in new[] { ("title", input.Title), ("artist", input.Artist) })
            {
                if (text is not null && FieldRules.Text($"tracks[{i}].{field}", text, 0, LongestTrackText) is { } wrong)
                    yield return wrong;
            }
            if (input.DurationSeconds is { } seconds && !(seconds > 0 && seconds <= LongestTrackSeconds))
                yield return new FieldProblem($"tracks[{i}].duration_seconds", $"Expected more than 0 and at most {LongestTrackSeconds} seconds.", FieldCodes.OutOfRange);
        }
    }

    /// <summary>The format of most of the tracks, by duration: a single MP3 of all of them must have one format.</summary>
    public static AudioFormat FormatOf(IEnumerable<StoredTrack> tracks) => tracks
        .Where(track => track.Status == TrackStatus.Ready).Select(track => track.Audio!.Mp3).Where(mp3 => mp3.SampleRate > 0).GroupBy(mp3 => (mp3.SampleRate, mp3.Channels))
        .OrderByDescending(group => group.Sum(mp3 => mp3.Duration.Ticks))
        .Select(group => new AudioFormat(AudioCodec.Mp3, group.Key.SampleRate, group.Key.Channels))
        .FirstOrDefault(AudioEncoder.HouseFormat);

    /// <summary>Whether an MP3 can be part of one with this format unchanged.</summary>
    public static bool HasFormat(Mp3Source mp3, AudioFormat format) => mp3.SampleRate == format.SampleRate && mp3.Channels == format.Channels;

    /// <summary>The parts to send once the HLS playlist is built; MP3s in another format still have to be transcoded.</summary>
    public static ImmutableArray<PlaybackPart> PartsOf(ImmutableArray<StoredTrack> tracks, ImmutableArray<TrackJoin> joins)
    {
        var format = FormatOf(tracks);
        return [.. GaplessRules.PiecesOf(tracks, joins).Select(piece => new PlaybackPart(piece.TrackId, FolderOf(piece.PlaylistKey), HasFormat(piece.Mp3, format) ? piece.Mp3 : null))];
    }

    /// <summary>Whether an object belongs to a track.</summary>
    public static bool Has(MediaAsset audio, string key) => key == audio.Mp3.Key || key.StartsWith(FolderOf(audio.PlaylistKey), StringComparison.Ordinal);

    /// <summary>Whether an object was built for the playlist and is in use.</summary>
    public static bool IsBuilt(PlaylistState state, string key) =>
        key == state.ManifestKey || state.Parts.Any(part => part.Mp3?.Key == key) || state.Joins.Any(join => GaplessRules.Has(join, key));

    /// <summary>The segments that may still be fetched once a manifest replaces another.</summary>
    /// <param name="former">Those that could be fetched before.</param>
    /// <param name="replaced">The parts of the replaced manifest.</param>
    /// <param name="parts">The parts of the new manifest.</param>
    /// <param name="now">The time, UTC.</param>
    public static ImmutableArray<FormerSegments> FormerOf(
        ImmutableArray<FormerSegments> former, ImmutableArray<PlaybackPart> replaced, ImmutableArray<PlaybackPart> parts, DateTimeOffset now)
    {
        var listed = parts.Select(part => part.HlsPrefix).ToHashSet();
        return [.. replaced.Select(part => new FormerSegments(part.HlsPrefix, now)).Concat(former)
            .Where(one => now - one.Until < StillHeard && listed.Add(one.HlsPrefix)).Take(2 * MostTracks)]; // There may be as many joins as tracks.
    }

    /// <summary>A new playlist.</summary>
    public static PlaylistState Create(CreatePlaylist command, ImmutableArray<StoredTrack> tracks, DateTimeOffset now) =>
        new PlaylistState
        {
            OwnerId = command.OwnerId,
            Title = command.Title.Trim(),
            Description = command.Description.Trim(),
            Visibility = command.Visibility,
            Monetized = command.Monetized,
            Tracks = tracks,
            CreatedAt = now,
            UpdatedAt = now,
            Revision = 1,
            Slug = command.Slug ?? "",
        };

    /// <summary>The playlist after the patch, without its tracks, and the names of the fields that changed.</summary>
    public static (PlaylistState Next, ImmutableArray<string> Fields) Apply(PlaylistPatch patch, PlaylistState state)
    {
        var next = state with
        {
            Title = patch.Title?.Trim() ?? state.Title,
            Description = patch.Description?.Trim() ?? state.Description,
            Visibility = patch.Visibility ?? state.Visibility,
            Monetized = patch.Monetized ?? state.Monetized,
            Slug = patch.Slug ?? state.Slug,
        };
        ImmutableArray<string> fields =
        [
            .. next.Title != state.Title ? ["title"] : Array.Empty<string>(),
            .. next.Description != state.Description ? ["description"] : Array.Empty<string>(),
            .. next.Visibility != state.Visibility ? ["visibility"] : Array.Empty<string>(),
            .. next.Monetized != state.Monetized ? ["monetization_enabled"] : Array.Empty<string>(),
            .. next.Slug != state.Slug ? ["slug"] : Array.Empty<string>(),
        ];
        return (next, fields);
    }

    /// <summary>What a gateway needs to serve the playlist.</summary>
    /// <param name="state">The playlist.</param>
    /// <param name="stamp">Identifies the state.</param>
    /// <param name="now">The time, UTC.</param>
    public static PlaybackManifest ToManifest(PlaylistState state, string stamp, DateTimeOffset now) =>
        new PlaybackManifest(
            state.OwnerId, state.Visibility, state.Monetized, state.Version, state.ManifestKey, state.Parts, state.IsComplete,
            [.. state.Former.Where(one => now - one.Until < StillHeard).Select(one => one.HlsPrefix)], state.Invited, stamp);

    /// <summary>The playlist for display.</summary>
    public static PlaylistDetails ToDetails(Guid playlistId, PlaylistState state, bool toOwner) =>
        new PlaylistDetails(
            playlistId, state.OwnerId, state.Title, state.Description, state.Visibility, state.Monetized,
            [.. state.Tracks.Select(track => ToTrack(track, toOwner))], state.Tracks.Length, DurationOf(state.Tracks), state.CreatedAt, state.UpdatedAt, state.Revision, state.Invited, state.Cover.Current, state.Slug);

    /// <summary>The total duration of the tracks whose duration is known.</summary>
    public static TimeSpan DurationOf(ImmutableArray<StoredTrack> tracks) =>
        TimeSpan.FromTicks(tracks.Where(track => track.Error is null).Sum(track => (track.Audio?.Mp3.Duration ?? track.ExpectedDuration ?? TimeSpan.Zero).Ticks));

    private static PlaylistTrack ToTrack(StoredTrack track, bool toOwner) => new(
        track.TrackId, track.UploadId is null ? TrackSourceType.External : TrackSourceType.Upload, toOwner ? track.UploadId : null, toOwner ? track.Url : null,
        track.Title ?? track.Audio?.Title, track.Artist ?? track.Audio?.Artist, track.Audio?.Mp3.Duration ?? track.ExpectedDuration, track.Status,
        // The message may contain the URL, which only the owner may see.
        track.Error is null || toOwner ? track.Error : NotForEverybody);

    internal static string FolderOf(string key) => key[..(key.LastIndexOf('/') + 1)];
}
