using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Decides which tracks are joined without a gap, and which pieces are sent. Needs no runtime.</summary>
public static class GaplessRules
{
    /// <summary>The pieces of a playlist's ready tracks, in order: between two joined tracks comes their join.</summary>
    public static ImmutableArray<TrackToBuild> PiecesOf(ImmutableArray<StoredTrack> tracks, ImmutableArray<TrackJoin> joins)
    {
        var pieces = ImmutableArray.CreateBuilder<TrackToBuild>();
        var ready = ReadyOf(tracks);
        JoinSound? before = null;
        for (var i = 0; i < ready.Count; i++)
        {
            var (track, audio) = (ready[i], ready[i].Audio!);
            var after = i + 1 < ready.Count ? Find(joins, audio, ready[i + 1].Audio!)?.Sound : null;
            // If a track is shorter than its two joins, one of its ends keeps its gap.
            if (after is not null && after.Before.Segments < (before?.Replaced.Segments ?? 0))
                after = null;
            var first = before?.Replaced.Segments ?? 0;
            var rest = Cut(audio.Mp3, before, after);
            if (rest.Length > 0)
                pieces.Add(new TrackToBuild(track.TrackId, rest, audio.PlaylistKey, first, after?.Before.Segments - first, before?.Replaced.Duration ?? TimeSpan.Zero, Follows: before is not null));
            if (after is not null)
                pieces.Add(new TrackToBuild(ready[i + 1].TrackId, after.Mp3, after.PlaylistKey, Follows: rest.Length > 0 || before is not null));
            before = after;
        }
        return pieces.ToImmutable();
    }

    /// <summary>The first two tracks for which a join has not been tried; null if there are none.</summary>
    public static TracksToJoin? NextToJoin(PlaylistState state)
    {
        var format = PlaylistRules.FormatOf(state.Tracks);
        var ready = ReadyOf(state.Tracks);
        return ready.Zip(ready.Skip(1), (first, second) => (First: first.Audio!, Second: second.Audio!))
            .Where(pair => CanJoin(pair.First) && CanJoin(pair.Second) && Find(state.Joins, pair.First, pair.Second) is null)
            .Select(pair => new TracksToJoin(pair.First.Mp3, pair.First.PlaylistKey, pair.Second.Mp3, pair.Second.PlaylistKey))
            .FirstOrDefault();

        bool CanJoin(MediaAsset audio) => audio.Mp3.Padding is not null && PlaylistRules.HasFormat(audio.Mp3, format);
    }

    /// <summary>Whether there are joins that are not in the manifest yet.</summary>
    public static bool IsBehind(PlaylistState state) =>
        !PlaylistRules.PartsOf(state.Tracks, state.Joins).Select(part => part.HlsPrefix).SequenceEqual(state.Parts.Select(part => part.HlsPrefix));

    /// <summary>The joins of tracks that are still consecutive and in one format, except those whose objects are lost.</summary>
    public static ImmutableArray<TrackJoin> Kept(PlaylistState state, ImmutableArray<string> lost)
    {
        var format = PlaylistRules.FormatOf(state.Tracks);
        var ready = ReadyOf(state.Tracks);
        var pairs = ready.Zip(ready.Skip(1), (first, second) => (First: first.Audio!.Mp3, Second: second.Audio!.Mp3))
            .Where(pair => PlaylistRules.HasFormat(pair.First, format) && PlaylistRules.HasFormat(pair.Second, format))
            .Select(pair => (pair.First.Key, pair.Second.Key)).ToHashSet();
        return [.. state.Joins.Where(join => pairs.Contains((join.FirstKey, join.SecondKey)) && !lost.Any(key => Has(join, key)))];
    }

    /// <summary>Whether an object belongs to a join.</summary>
    public static bool Has(TrackJoin join, string key) =>
        join.Sound is { } sound && (key == sound.Mp3.Key || key.StartsWith(PlaylistRules.FolderOf(sound.PlaylistKey), StringComparison.Ordinal));

    /// <summary>
    /// The folders of the playlist's own objects in use: of the current and former manifests, with their MP3s, and of joins whose tracks are
    /// not long enough yet.
    /// </summary>
    public static ImmutableArray<string> FoldersOf(PlaylistState state, string prefix)
    {
        return
        [
            .. state.Parts.Select(part => part.HlsPrefix).Concat(state.Former.Select(former => former.HlsPrefix))
                .Concat(state.Joins.Where(join => join.Sound is not null).Select(join => PlaylistRules.FolderOf(join.Sound!.PlaylistKey)))
                .Where(folder => folder.StartsWith(prefix, StringComparison.Ordinal)).Select(folder => PlaylistRules.FolderOf(folder[..^1])).Distinct(),
        ];
    }

    private static List<StoredTrack> ReadyOf(ImmutableArray<StoredTrack> tracks) => [.. tracks.Where(track => track.Status == TrackStatus.Ready)];

    private static TrackJoin? Find(ImmutableArray<TrackJoin> joins, MediaAsset first, MediaAsset second) =>
        joins.FirstOrDefault(join => join.FirstKey == first.Mp3.Key && join.SecondKey == second.Mp3.Key);

    /// <summary>The rest of a track's MP3 between two joins.</summary>
    private static Mp3Source Cut(Mp3Source mp3, JoinSound? before, JoinSound? after)
    {
        if (before is null && after is null)
            return mp3;
        var (skipped, skippedTime) = (before?.Replaced.Bytes ?? 0, before?.Replaced.Duration ?? TimeSpan.Zero);
        var length = (after?.Before.Bytes ?? mp3.Length) - skipped;
        var positions = mp3.IsConstant || before is null ? mp3.Positions : before.Positions;
        return mp3 with
        {
            Offset = mp3.Offset + skipped,
            Length = length,
            Duration = (after?.Before.Duration ?? mp3.Duration) - skippedTime,
            Positions = positions is { } known ? [.. known.Where(position => position < length)] : null,
        };
    }
}
