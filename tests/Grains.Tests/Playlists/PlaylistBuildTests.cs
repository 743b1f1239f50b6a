using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Playlists;
using AudioOrleans.Grains.Tests.Operations;
using AudioOrleans.Grains.Tests.Uploads;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Playlists;

/// <summary>How a playlist is built, job by job, in a silo without workers. The tests run the jobs.</summary>
public sealed class PlaylistBuildTests : IAsyncLifetime
{
    private readonly ShiftedClock _clock = new();
    private readonly Guid _id = Guid.NewGuid();
    private readonly Caller _owner = new(Guid.NewGuid(), IsAdmin: false);
    private OperationSilo _silo = null!;

    private IPlaylistGrain Playlist => _silo.Grains.GetGrain<IPlaylistGrain>(GrainKeys.Playlist(_id));

    private IPlaylistBuildGrain Build => _silo.Grains.GetGrain<IPlaylistBuildGrain>(GrainKeys.Playlist(_id));

    private IPlaylistAudioGrain Audio => _silo.Grains.GetGrain<IPlaylistAudioGrain>(GrainKeys.Playlist(_id));

    private JobTable Table => _silo.Service<JobTable>();

    public async Task InitializeAsync() =>
        _silo = await OperationSilo.StartAsync(await PostgresServer.NewDatabaseAsync(), new Dictionary<string, string?> { ["Jobs:Workers"] = "0" }, _clock);

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task Tracks_of_another_format_are_transcoded_one_by_one_in_jobs_of_their_own_and_only_once()
    {
        var (usual, odd, other) = (await ReadyAsync(44100, 2, 300), await ReadyAsync(22050, 1, 10), await ReadyAsync(48000, 2, 10));
        await CreateAsync(usual, odd, other, odd);
        var build = await TakeAsync(BuildPlaylist.Job.Name);
        Assert.False(await Build.FinishHls(build with { LeaseToken = Guid.NewGuid() }, "stale.m3u8"));
        Assert.Null((await Playlist.FindPlaybackManifest())!.ManifestKey);
        Assert.True(await Build.FinishHls(build, "list.m3u8"));
        Assert.False(await Build.FinishHls(build, "again.m3u8"));
        Assert.Equal(("list.m3u8", false), ((await Playlist.FindPlaybackManifest())!.ManifestKey, (await Playlist.FindPlaybackManifest())!.IsComplete));
        Assert.False((await Audio.FindObjects())!.AreComplete);

        var first = await TakeAsync(TranscodeTrack.Job.Name);
        Assert.Equal(new TrackToTranscode(Mp3(odd, 22050, 1, 10), 44100, 2), await Build.FindTranscode(first.JobId));
        Assert.False(await Build.FinishMp3(first with { LeaseToken = Guid.NewGuid() }, KeyOf(odd), Made("stale")));
        Assert.True(await Build.FinishMp3(first, KeyOf(odd), Made("odd")));
        Assert.Null(await Build.FindTranscode(first.JobId));
        Assert.Equal([KeyOf(usual), "odd", null, "odd"], (await Playlist.FindPlaybackManifest())!.Parts.Select(part => part.Mp3?.Key));

        var second = await TakeAsync(TranscodeTrack.Job.Name);
        Assert.Equal(KeyOf(other), (await Build.FindTranscode(second.JobId))!.Mp3.Key);
        Assert.True(await Build.FinishMp3(second, KeyOf(other), Made("other")));
        var playback = (await Playlist.FindPlaybackManifest())!;
        Assert.True(playback.IsComplete);
        Assert.Equal([KeyOf(usual), "odd", "other", "odd"], playback.Parts.Select(part => part.Mp3?.Key));
        Assert.Equal(["list.m3u8", KeyOf(usual), "odd", "other", "odd"], (await Audio.FindObjects())!.Keys.ToArray());
        Assert.Equal(0, await WaitingAsync());
        Assert.Equal(3, await _silo.CountAsync("select count(*) from jobs where state = 'done' and queue = 'playlists'"));
    }

    [Fact]
    public async Task A_change_cancels_the_running_transcode()
    {
        var (usual, odd) = (await ReadyAsync(44100, 2, 300), await ReadyAsync(22050, 1, 10));
        await CreateAsync(usual, odd);
        await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), "list.m3u8");
        var match = await TakeAsync(TranscodeTrack.Job.Name);
        await Playlist.Update(_owner, new PlaylistPatch(null, null, [Input(usual)], null, null, null));
        Assert.Null(await Build.FindTranscode(match.JobId));
        Assert.False(await Build.FinishMp3(match, KeyOf(odd), Made("odd")));
        Assert.True(Assert.Single(await Table.RenewAsync([(new JobLease(match.JobId, match.LeaseToken), 0)], CancellationToken.None)).CancelRequested);
        Assert.True(await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), "next.m3u8"));
        Assert.True((await Playlist.FindPlaybackManifest())!.IsComplete);
    }

    [Fact]
    public async Task Tracks_can_be_played_before_they_are_joined_and_joins_are_sent_once_all_are_made()
    {
        var padding = new SoundPadding(1105, 500);
        var (one, two, three) = (await ReadyAsync(44100, 2, 60, padding), await ReadyAsync(44100, 2, 60, padding), await ReadyAsync(44100, 2, 60, padding));
        await CreateAsync(one, two, three);
        await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), "list.m3u8");
        var playback = (await Playlist.FindPlaybackManifest())!;
        Assert.Equal((true, 3), (playback.IsComplete, playback.Parts.Length));

        var first = await TakeAsync(JoinTracks.Job.Name);
        var pair = (await Build.FindJoin(first.JobId))!;
        Assert.Equal((KeyOf(one), KeyOf(two)), (pair.First.Key, pair.Second.Key));
        Assert.Null(await Build.FindJoin(Guid.NewGuid()));
        Assert.False(await Build.FinishJoin(first with { LeaseToken = Guid.NewGuid() }, Join(one, two)));
        Assert.True(await Build.FinishJoin(first, Join(one, two)));
        Assert.Equal(3, (await Playlist.FindPlaybackManifest())!.Parts.Length);
        Assert.True(await Build.FinishJoin(await TakeAsync(JoinTracks.Job.Name), new TrackJoin(KeyOf(two), KeyOf(three), null)));

        var build = await TakeAsync(BuildPlaylist.Job.Name);
        Assert.Equal([KeyOf(one), "joined.mp3", KeyOf(two), KeyOf(three)], (await Build.FindWork(build.JobId))!.Tracks.Select(piece => piece.Mp3.Key));
        Assert.True(await Build.FinishHls(build, "joined.m3u8"));
        var joined = (await Playlist.FindPlaybackManifest())!;
        Assert.Equal(("joined.m3u8", true, playback.Version + 2), (joined.ManifestKey, joined.IsComplete, joined.Version));
        Assert.Equal([KeyOf(one), "joined.mp3", KeyOf(two), KeyOf(three)], joined.Parts.Select(part => part.Mp3!.Key));
        Assert.Equal(0, await WaitingAsync());

        // The build itself may find that a join is lost.
        await Playlist.Update(_owner, new PlaylistPatch(null, null, [Input(one), Input(two), Input(three), Input(one)], null, null, null));
        var stale = await TakeAsync(BuildPlaylist.Job.Name);
        await Audio.ReportUnreadable(["joined/hls/manifest.m3u8"]);
        Assert.DoesNotContain((await Build.FindWork((build = await TakeAsync(BuildPlaylist.Job.Name)).JobId))!.Tracks, piece => piece.Mp3.Key == "joined.mp3");
        Assert.True(await Build.FinishHls(build, "list.m3u8"));
        Assert.True(await Build.FinishJoin(await TakeAsync(JoinTracks.Job.Name), Join(one, two)));
        var dead = await TakeAsync(JoinTracks.Job.Name);
        await Table.FailAsync(new JobLease(dead.JobId, dead.LeaseToken), "never", JobFault.Final, null, CancellationToken.None);
        await Build.AbandonJoin(dead.JobId);
        Assert.True(await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), "joined.m3u8"));
        await Table.CompleteAsync(new JobLease(stale.JobId, stale.LeaseToken), CancellationToken.None);
        Assert.Equal(0, await WaitingAsync());

        // A lost join is made again; a pair that cannot be joined is not tried again.
        await Audio.ReportUnreadable(["joined.mp3"]);
        await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), "list.m3u8");
        Assert.Equal(4, (await Playlist.FindPlaybackManifest())!.Parts.Length);
        Assert.True(await Build.FinishJoin(await TakeAsync(JoinTracks.Job.Name), Join(one, two)));
        Assert.True(await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), "joined.m3u8"));
        Assert.Equal(0, await WaitingAsync());
    }

    [Fact]
    public async Task A_transcoded_track_is_kept_when_other_tracks_are_joined()
    {
        var padding = new SoundPadding(1105, 500);
        var (one, two, odd) = (await ReadyAsync(44100, 2, 60, padding), await ReadyAsync(44100, 2, 60, padding), await ReadyAsync(22050, 1, 10));
        await CreateAsync(one, two, odd);
        await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), "list.m3u8");
        await Build.FinishMp3(await TakeAsync(TranscodeTrack.Job.Name), KeyOf(odd), Made("odd"));
        await Build.FinishJoin(await TakeAsync(JoinTracks.Job.Name), Join(one, two));
        await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), "joined.m3u8");
        var joined = (await Playlist.FindPlaybackManifest())!;
        Assert.True(joined.IsComplete);
        Assert.Equal([KeyOf(one), "joined.mp3", KeyOf(two), "odd"], joined.Parts.Select(part => part.Mp3?.Key));

        await Audio.ReportUnreadable(["odd"]);
        await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), "joined.m3u8");
        Assert.Null((await Playlist.FindPlaybackManifest())!.Parts[^1].Mp3);
        await Build.FinishMp3(await TakeAsync(TranscodeTrack.Job.Name), KeyOf(odd), Made("odd"));
        Assert.True((await Playlist.FindPlaybackManifest())!.IsComplete);
        Assert.Equal(0, await WaitingAsync());
    }

    [Fact]
    public async Task A_failed_build_is_retried_when_somebody_plays_the_playlist_five_minutes_later()
    {
        await CreateAsync(await ReadyAsync(44100, 2, 300));
        var build = await TakeAsync(BuildPlaylist.Job.Name);
        await Table.FailAsync(new JobLease(build.JobId, build.LeaseToken), "never", JobFault.Final, null, CancellationToken.None);
        await Build.Abandon(Guid.NewGuid());
        Assert.NotNull(await Build.FindWork(build.JobId));
        await Build.Abandon(build.JobId);
        Assert.Null(await Build.FindWork(build.JobId));
        _clock.Shift(TimeSpan.FromMinutes(4));
        await Playlist.FindPlaybackManifest();
        Assert.Equal(0, await WaitingAsync());
        _clock.Shift(TimeSpan.FromMinutes(2));
        await Eventually.That(
            async () =>
            {
                await Playlist.FindPlaybackManifest();
                return await WaitingAsync() > 0;
            },
            TimeSpan.FromSeconds(20), "the build is retried");
        Assert.Equal(1, await WaitingAsync());
        Assert.True(await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), "list.m3u8"));
    }

    [Fact]
    public async Task Cleanup_keeps_what_a_playlist_needs_and_deletes_everything_of_a_deleted_playlist()
    {
        var (store, cleanup) = (_silo.Service<IObjectStore>(), _silo.Service<PlaylistCleanup>());
        var upload = await ReadyAsync(44100, 2, 300);
        await CreateAsync(upload);
        var prefix = PlaylistKeys.Prefix(_id);
        await PutAsync($"{prefix}hls/old.m3u8");
        await PutAsync($"{prefix}hls/new.m3u8");
        await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), $"{prefix}hls/old.m3u8");
        await Playlist.Update(_owner, new PlaylistPatch(null, null, [Input(upload), Input(upload)], null, null, null));
        await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), $"{prefix}hls/new.m3u8");
        _clock.Shift(TimeSpan.FromHours(23));
        await cleanup.TidyAsync(GrainKeys.Playlist(_id));
        Assert.Equal(2, await CountAsync(prefix)); // Somebody may still be playing it.
        _clock.Shift(TimeSpan.FromHours(3));
        await Playlist.Update(_owner, new PlaylistPatch(null, null, [Input(upload)], null, null, null));
        await cleanup.TidyAsync(GrainKeys.Playlist(_id));
        Assert.Equal(2, await CountAsync(prefix)); // A build is running and may still use it.
        await Build.FinishHls(await TakeAsync(BuildPlaylist.Job.Name), $"{prefix}hls/new.m3u8");
        await cleanup.TidyAsync(GrainKeys.Playlist(_id));
        Assert.NotNull(await store.FindAsync($"{prefix}hls/new.m3u8"));
        Assert.Equal(1, await CountAsync(prefix));

        await Playlist.Delete(_owner);
        await cleanup.TidyAsync(GrainKeys.Playlist(_id));
        Assert.Equal(0, await CountAsync(prefix));

        async Task PutAsync(string key) => await store.PutAsync(key, new MemoryStream([1]), "text/plain", default, CancellationToken.None);
        async Task<int> CountAsync(string under)
        {
            var count = 0;
            await foreach (var _ in store.ListAsync(under))
                count++;
            return count;
        }
    }

    private static string KeyOf(Guid upload) => $"{upload:N}.mp3";

    private static Mp3Source Mp3(Guid upload, int sampleRate, int channels, int seconds, SoundPadding? padding = null) =>
        new(KeyOf(upload), 0, 1000, TimeSpan.FromSeconds(seconds), sampleRate, channels, Padding: padding);

    /// <summary>A join that replaces a tenth of the track on each side.</summary>
    private static TrackJoin Join(Guid first, Guid second)
    {
        var mp3 = new Mp3Source("joined.mp3", 0, 200, TimeSpan.FromSeconds(12), 44100, 2);
        return new TrackJoin(
            KeyOf(first), KeyOf(second),
            new JoinSound(mp3, "joined/hls/manifest.m3u8", new TrackStretch(9, 900, TimeSpan.FromSeconds(54)), new TrackStretch(1, 100, TimeSpan.FromSeconds(6)), []));
    }

    private static Mp3Source Made(string key) => new(key, 0, 900, TimeSpan.FromSeconds(10), 44100, 2);

    private static TrackInput Input(Guid upload) => new(null, TrackSourceType.Upload, upload, null, null, null, null);

    private async Task CreateAsync(params Guid[] uploads)
    {
        var outcome = await Playlist.Create(new CreatePlaylist(_owner.UserId!.Value, "Mix", "", [.. uploads.Select(Input)], Visibility.Public, false));
        Assert.True(outcome.Problems.IsEmpty && outcome.Unusable.IsEmpty);
    }

    /// <summary>Creates an upload that is ready.</summary>
    private async Task<Guid> ReadyAsync(int sampleRate, int channels, int seconds, SoundPadding? padding = null)
    {
        var id = Guid.CreateVersion7();
        var ingest = _silo.Grains.GetGrain<IUploadIngestGrain>(GrainKeys.Upload(id));
        await ingest.Begin(new BeginUpload(_owner.UserId!.Value, "song.mp3", 1000, [], null, IsResumable: false));
        await ingest.Accept(_owner, new UploadReceived("mp3", 1000, new string('a', 64), KeyOf(id)));
        var run = await TakeAsync("uploads.prepare");
        await _silo.Grains.GetGrain<IUploadJobsGrain>(GrainKeys.Upload(id)).Finish(
            run, new MediaAsset(null, null, null, 128_000, Mp3(id, sampleRate, channels, seconds, padding), $"{id:N}/hls/manifest.m3u8", HasArt: false));
        return id;
    }

    private async Task<JobRunId> TakeAsync(string kind)
    {
        var (_, lease) = Assert.Single((await Table.TakeAsync("a worker", [kind], 1, CancellationToken.None)).Leases);
        return new JobRunId(lease.JobId, lease.Token);
    }

    private Task<long> WaitingAsync() => _silo.CountAsync("select count(*) from jobs where queue = 'playlists' and state in ('queued', 'running')");
}
