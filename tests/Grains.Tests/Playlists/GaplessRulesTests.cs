using System.Collections.Immutable;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Playlists;

namespace AudioOrleans.Grains.Tests.Playlists;

/// <summary>Tracks here have ten segments of 6 s and 1000 bytes each, with a frame every 100 bytes.</summary>
public sealed class GaplessRulesTests
{
    private static readonly ImmutableArray<int> Positions = [.. Enumerable.Range(0, 100).Select(i => i * 100)];

    [Fact]
    public void A_track_is_sent_from_the_end_of_one_join_to_the_start_of_the_next()
    {
        var (one, two, three) = (Track("a/"), Track("b/"), Track("c/"));
        var pieces = GaplessRules.PiecesOf([one, two, three], [Join(one, two), Join(two, three)]);
        Assert.Equal(
            [
                (one.TrackId, "a/mp3", 0, 9000, 0, 9, false),
                (two.TrackId, "a-b/mp3", 0, 1500, 0, null, true),
                (two.TrackId, "b/mp3", 1000, 8000, 1, 8, true),
                (three.TrackId, "b-c/mp3", 0, 1500, 0, null, true),
                (three.TrackId, "c/mp3", 1000, 9000, 1, null, true),
            ],
            pieces.Select(piece => (piece.TrackId, piece.Mp3.Key, piece.Mp3.Offset, piece.Mp3.Length, piece.FirstSegment, piece.Segments, piece.Follows)));
        Assert.Equal([54, 9, 48, 9, 54], pieces.Select(piece => piece.Mp3.Duration.TotalSeconds));
        Assert.Equal([0, 0, 6, 0, 6], pieces.Select(piece => piece.Skipped.TotalSeconds));
    }

    [Fact]
    public void Seek_positions_start_at_the_beginning_of_the_remaining_part()
    {
        var (one, two) = (Track("a/", Positions), Track("b/", Positions));
        var pieces = GaplessRules.PiecesOf([one, two], [Join(one, two)]);
        Assert.Equal(Positions[..90], pieces[0].Mp3.Positions!.Value.ToArray());
        Assert.Equal(Positions[..90], pieces[2].Mp3.Positions!.Value.ToArray());
        var constant = (One: Track("a/", []), Two: Track("b/", []));
        pieces = GaplessRules.PiecesOf([constant.One, constant.Two], [Join(constant.One, constant.Two)]);
        Assert.True(pieces[0].Mp3.IsConstant && pieces[2].Mp3.IsConstant);
    }

    [Fact]
    public void The_later_join_is_left_out_if_a_track_is_too_short_for_two()
    {
        var (one, two, three) = (Track("a/"), Track("b/"), Track("c/"));
        var late = Join(two, three);
        late = late with { Sound = late.Sound! with { Before = Stretch(0) } };
        Assert.Equal(["a/mp3", "a-b/mp3", "b/mp3", "c/mp3"], KeysOf(GaplessRules.PiecesOf([one, two, three], [Join(one, two), late])));
        Assert.Equal(["a/mp3", "b-c/mp3", "c/mp3"], KeysOf(GaplessRules.PiecesOf([one, two, three], [late])));
    }

    [Fact]
    public void A_track_that_two_joins_cover_completely_is_heard_only_in_the_joins()
    {
        var (one, two, three) = (Track("a/"), Track("b/"), Track("c/"));
        var late = Join(two, three);
        late = late with { Sound = late.Sound! with { Before = Stretch(1) } };
        var pieces = GaplessRules.PiecesOf([one, two, three], [Join(one, two), late]);
        Assert.Equal(["a/mp3", "a-b/mp3", "b-c/mp3", "c/mp3"], KeysOf(pieces));
        Assert.Equal([false, true, true, true], pieces.Select(piece => piece.Follows));
    }

    [Fact]
    public void Tracks_are_not_joined_where_there_is_no_overlap_or_a_track_is_unplayable()
    {
        var (one, two, three) = (Track("a/"), Track("b/"), Track("c/"));
        var pieces = GaplessRules.PiecesOf([one, two, new StoredTrack { Error = "Gone." }, three], [new TrackJoin("a/mp3", "b/mp3", null), Join(two, three)]);
        Assert.Equal(["a/mp3", "b/mp3", "b-c/mp3", "c/mp3"], KeysOf(pieces));
        Assert.Equal([false, false, true, true], pieces.Select(piece => piece.Follows));
    }

    [Fact]
    public void Pairs_with_known_padding_and_the_format_of_the_playlist_are_joined_one_after_the_other()
    {
        var (one, two, old, three, odd) = (Track("a/"), Track("b/"), Track("old/", padding: null), Track("c/"), Track("odd/", sampleRate: 22050));
        var state = new PlaylistState { Tracks = [one, two, old, three, odd, three, one, two] };
        var first = GaplessRules.NextToJoin(state)!;
        Assert.Equal(("a/mp3", "a/hls/manifest.m3u8", "b/mp3", "b/hls/manifest.m3u8"), (first.First.Key, first.FirstPlaylistKey, first.Second.Key, first.SecondPlaylistKey));
        state = state with { Joins = [Join(one, two)] };
        Assert.Equal(("c/mp3", "a/mp3"), (GaplessRules.NextToJoin(state)!.First.Key, GaplessRules.NextToJoin(state)!.Second.Key));
        Assert.Null(GaplessRules.NextToJoin(state with { Joins = [Join(one, two), new TrackJoin("c/mp3", "a/mp3", null)] }));
    }

    [Fact]
    public void Joins_are_kept_while_their_tracks_are_adjacent_and_their_objects_exist()
    {
        var (one, two, three) = (Track("a/"), Track("b/"), Track("c/"));
        var (early, late) = (Join(one, two), Join(two, three));
        var state = new PlaylistState { Tracks = [one, two, three], Joins = [early, late] };
        Assert.Equal([early, late], GaplessRules.Kept(state, ["a/mp3", "a/hls/0.ts"]).ToArray());
        Assert.Equal([late], GaplessRules.Kept(state, ["a-b/mp3"]).ToArray());
        Assert.Equal([early], GaplessRules.Kept(state, ["b-c/hls/0.ts"]).ToArray());
        Assert.Equal([late], GaplessRules.Kept(state with { Tracks = [two, three, one] }, []).ToArray());
    }

    [Fact]
    public void Joins_are_dropped_once_most_of_the_playlist_has_another_format()
    {
        var (one, two) = (Track("a/"), Track("b/"));
        var state = new PlaylistState { Tracks = [one, two, Track("c/", sampleRate: 48000)], Joins = [Join(one, two)] };
        Assert.Single(GaplessRules.Kept(state, []));
        Assert.Empty(GaplessRules.Kept(state with { Tracks = [.. state.Tracks, Track("d/", sampleRate: 48000), Track("e/", sampleRate: 48000)] }, []));
    }

    [Fact]
    public void Folders_of_joins_are_kept_whether_or_not_the_joins_are_sent()
    {
        var (one, two, three) = (Track("a/"), Track("b/"), Track("c/"));
        var (early, late) = (Join(one, two), Join(two, three));
        late = late with { Sound = late.Sound! with { PlaylistKey = "mine/joins/b-c/hls/manifest.m3u8", Before = Stretch(0) } };
        early = early with { Sound = early.Sound! with { PlaylistKey = "mine/joins/a-b/hls/manifest.m3u8" } };
        var state = new PlaylistState { Tracks = [one, two, three], Joins = [early, late], Former = [new FormerSegments("mine/joins/old/hls/", default)] };
        state = state with { Parts = PlaylistRules.PartsOf(state.Tracks, state.Joins) };
        Assert.DoesNotContain(state.Parts, part => part.HlsPrefix.Contains("b-c", StringComparison.Ordinal));
        Assert.Equal(["mine/joins/a-b/", "mine/joins/b-c/", "mine/joins/old/"], GaplessRules.FoldersOf(state, "mine/").Order());
    }

    [Fact]
    public void A_playlist_is_behind_until_it_is_built_with_its_joins()
    {
        var (one, two) = (Track("a/"), Track("b/"));
        var state = new PlaylistState { Tracks = [one, two], Parts = PlaylistRules.PartsOf([one, two], []) };
        Assert.False(GaplessRules.IsBehind(state));
        Assert.False(GaplessRules.IsBehind(state with { Joins = [new TrackJoin("a/mp3", "b/mp3", null)] }));
        state = state with { Joins = [Join(one, two)] };
        Assert.True(GaplessRules.IsBehind(state));
        Assert.False(GaplessRules.IsBehind(state with { Parts = PlaylistRules.PartsOf(state.Tracks, state.Joins) }));
    }

    private static IEnumerable<string> KeysOf(IEnumerable<TrackToBuild> pieces) => pieces.Select(piece => piece.Mp3.Key);

    private static StoredTrack Track(string prefix, ImmutableArray<int>? positions = null, int sampleRate = 44100) =>
        Track(prefix, new SoundPadding(1105, 500), positions, sampleRate);

    private static StoredTrack Track(string prefix, SoundPadding? padding, ImmutableArray<int>? positions = null, int sampleRate = 44100) => new()
    {
        TrackId = Guid.NewGuid(),
        Audio = new MediaAsset(null, null, null, null, new Mp3Source($"{prefix}mp3", 0, 10_000, TimeSpan.FromSeconds(60), sampleRate, 2, positions, padding), $"{prefix}hls/manifest.m3u8", HasArt: false),
    };

    /// <summary>A join that replaces one segment on each side.</summary>
    private static TrackJoin Join(StoredTrack first, StoredTrack second)
    {
        var prefix = $"{first.Audio!.Mp3.Key[0]}-{second.Audio!.Mp3.Key[0]}/";
        var mp3 = new Mp3Source($"{prefix}mp3", 0, 1500, TimeSpan.FromSeconds(9), 44100, 2);
        return new TrackJoin(first.Audio.Mp3.Key, second.Audio.Mp3.Key, new JoinSound(mp3, $"{prefix}hls/manifest.m3u8", Stretch(9), Stretch(1), Positions[..90]));
    }

    private static TrackStretch Stretch(int segments) => new(segments, segments * 1000, TimeSpan.FromSeconds(segments * 6));
}
