using System.Collections.Immutable;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Playlists;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Grains.Tests.Playlists;

public sealed class PlaylistRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_format_is_chosen_by_total_duration_and_not_by_number_of_tracks()
    {
        var format = FormatOf(Mp3(22050, 1, 10), Mp3(22050, 1, 10), Mp3(48000, 2, 300), Mp3(44100, 2, 100), Mp3(44100, 2, 150));
        Assert.Equal(new AudioFormat(AudioCodec.Mp3, 48000, 2), format);
        Assert.True(PlaylistRules.HasFormat(Mp3(48000, 2, 1), format));
        Assert.False(PlaylistRules.HasFormat(Mp3(48000, 1, 1), format));
        Assert.False(PlaylistRules.HasFormat(Mp3(44100, 2, 1), format));
    }

    [Fact]
    public void Tracks_whose_format_changes_do_not_count_for_the_choice_and_are_transcoded()
    {
        Assert.Equal(AudioEncoder.HouseFormat, FormatOf(Mp3(0, 0, 1000)));
        Assert.Equal(22050, FormatOf(Mp3(0, 0, 1000), Mp3(22050, 2, 1)).SampleRate);
        Assert.False(PlaylistRules.HasFormat(Mp3(0, 0, 1), AudioEncoder.HouseFormat));
        Assert.Equal(AudioEncoder.HouseFormat, FormatOf());
    }

    [Fact]
    public void Parts_are_the_ready_tracks_and_those_of_another_format_have_no_MP3_yet()
    {
        var (usual, odd) = (Ready("a/", Mp3(44100, 2, 100)), Ready("b/", Mp3(22050, 1, 10)));
        var parts = PlaylistRules.PartsOf([usual, new StoredTrack { TrackId = Guid.NewGuid(), Url = "http://x/", Error = "Gone." }, odd, new StoredTrack { Url = "http://y/" }], []);
        Assert.Equal([usual.TrackId, odd.TrackId], parts.Select(part => part.TrackId));
        Assert.Equal(["a/hls/", "b/hls/"], parts.Select(part => part.HlsPrefix));
        Assert.Equal([usual.Audio!.Mp3, null], parts.Select(part => part.Mp3));
    }

    [Fact]
    public void Segments_of_a_replaced_manifest_are_remembered_for_a_day()
    {
        var former = PlaylistRules.FormerOf([new FormerSegments("old/", Now.AddHours(-23)), new FormerSegments("older/", Now.AddHours(-24)), new FormerSegments("back/", Now)], [Part("gone/"), Part("kept/"), Part("gone/")], [Part("kept/"), Part("back/")], Now);
        Assert.Equal([new FormerSegments("gone/", Now), new FormerSegments("old/", Now.AddHours(-23))], former.ToArray());
    }

    [Fact]
    public void An_address_and_its_error_are_shown_only_to_the_owner()
    {
        var state = new PlaylistState { Tracks = [new StoredTrack { Url = "http://secret.example/", Error = "secret.example is unreachable." }] };
        var mine = PlaylistRules.ToDetails(Guid.Empty, state, toOwner: true).Tracks[0];
        Assert.Equal(("http://secret.example/", "secret.example is unreachable."), (mine.Url, mine.Error));
        var others = PlaylistRules.ToDetails(Guid.Empty, state, toOwner: false).Tracks[0];
        Assert.Equal((null, TrackStatus.Failed), (others.Url, others.Status));
        Assert.DoesNotContain("secret", others.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://example.org/a.mp3", true)]
    [InlineData("https://example.org:8443/a.mp3?key=1", true)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("gopher://example.org/", false)]
    [InlineData("concat:a.mp3|b.mp3", false)]
    [InlineData("data:audio/mpeg;base64,AAAA", false)]
    [InlineData("http://user:word@example.org/", false)]
    [InlineData("//example.org/a.mp3", false)]
    [InlineData("http://example.org/a\r\nHost: b", false)]
    [InlineData("", false)]
    public void An_address_must_be_HTTP_without_user_info(string url, bool isGood)
    {
        var problems = PlaylistRules.CheckTracks([new TrackInput(null, TrackSourceType.External, null, url, null, null, null)], []).ToList();
        Assert.Equal(isGood ? [] : ["tracks[0].url"], problems.Select(problem => problem.Field));
    }

    [Fact]
    public void Every_problem_of_a_track_is_reported()
    {
        var known = new StoredTrack { TrackId = Guid.NewGuid() };
        var upload = new TrackInput(null, TrackSourceType.Upload, Guid.NewGuid(), null, null, null, null);
        ImmutableArray<TrackInput> inputs =
        [
            upload, upload with { UploadId = null }, upload with { SourceType = null }, upload with { Title = new string('x', 501) }, upload with { Artist = "a\nb" },
            upload with { DurationSeconds = 0 }, upload with { DurationSeconds = double.NaN }, upload with { TrackId = known.TrackId }, upload with { TrackId = known.TrackId }, upload with { TrackId = Guid.NewGuid() },
        ];
        Assert.Equal(
            ["tracks[1].upload_id", "tracks[2].source_type", "tracks[3].title", "tracks[4].artist", "tracks[5].duration_seconds", "tracks[6].duration_seconds", "tracks[8].track_id", "tracks[9].track_id"],
            PlaylistRules.CheckTracks(inputs, [known]).Select(problem => problem.Field));
        Assert.Empty(PlaylistRules.CheckTracks([.. Enumerable.Repeat(upload, PlaylistRules.MostTracks)], []));
        Assert.Equal("tracks", Assert.Single(PlaylistRules.CheckTracks([.. Enumerable.Repeat(upload, PlaylistRules.MostTracks + 1)], [])).Field);
    }

    private static Mp3Source Mp3(int sampleRate, int channels, int seconds) => new("key", 0, 1000, TimeSpan.FromSeconds(seconds), sampleRate, channels);

    private static AudioFormat FormatOf(params Mp3Source[] mp3s) => PlaylistRules.FormatOf(mp3s.Select(mp3 => Ready("a/", mp3)));

    private static StoredTrack Ready(string prefix, Mp3Source mp3) =>
        new() { TrackId = Guid.NewGuid(), UploadId = Guid.NewGuid(), Audio = new MediaAsset(null, null, null, null, mp3, $"{prefix}hls/manifest.m3u8", HasArt: false) };

    private static PlaybackPart Part(string prefix) => new(Guid.NewGuid(), prefix, null);
}
