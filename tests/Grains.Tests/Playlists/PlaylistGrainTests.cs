using System.Collections.Immutable;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Tests.Operations;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Playlists;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.Grains.Tests.Playlists;

/// <summary>Playlists and external addresses with their real storage and jobs.</summary>
public sealed class PlaylistGrainTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly Mp3Source Mp3 = new("external/none/original.mp3", 0, 1000, TimeSpan.FromSeconds(10), 44100, 2);

    private readonly Guid _owner = Guid.NewGuid();
    private readonly Guid _id = Guid.NewGuid();
    private readonly WebFiles _web = WebFiles.Start();
    private OperationSilo _silo = null!;

    private IPlaylistGrain Playlist => _silo.Grains.GetGrain<IPlaylistGrain>(GrainKeys.Playlist(_id));

    private IPlaylistBuildGrain Build => _silo.Grains.GetGrain<IPlaylistBuildGrain>(GrainKeys.Playlist(_id));

    private IPlaylistAudioGrain Audio => _silo.Grains.GetGrain<IPlaylistAudioGrain>(GrainKeys.Playlist(_id));

    private Caller Owner => new(_owner, IsAdmin: false);

    public async Task InitializeAsync()
    {
        // The server sends the headers of an audio file and then nothing, so a fetch of it waits.
        _web.Script("/a.mp3", async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nConnection: close\r\n\r\n");
            await connection.BeSilentAsync();
        });
        _silo = await OperationSilo.StartAsync(await PostgresServer.NewDatabaseAsync());
    }

    public async Task DisposeAsync()
    {
        await _web.DisposeAsync();
        await _silo.DisposeAsync();
    }

    [Fact]
    public async Task A_run_without_a_valid_lease_finishes_nothing()
    {
        await CreateAsync(_web.UrlOf("/a.mp3"));
        var external = _silo.Grains.GetGrain<IExternalFetchGrain>(GrainKeys.External(_web.UrlOf("/a.mp3")));
        var known = _silo.Grains.GetGrain<IExternalAudioGrain>(GrainKeys.External(_web.UrlOf("/a.mp3")));
        var job = await JobAsync("outside.fetch");
        var stale = new JobRunId(job, Guid.NewGuid());
        Assert.NotNull(await external.FindWork(stale));
        Assert.False(await external.Finish(stale, Fetched("one")));
        Assert.Equal(new ExternalAudio(null, null), await known.GetAudio());
        Assert.False(await external.Finish(new JobRunId(Guid.NewGuid(), Guid.NewGuid()), Fetched("two")));
        Assert.Null(await external.FindWork(new JobRunId(Guid.NewGuid(), Guid.NewGuid())));
        // Two runs of one job never write to the same place.
        Assert.NotEqual((await external.FindWork(stale))!.Prefix, (await external.FindWork(stale with { LeaseToken = Guid.NewGuid() }))!.Prefix);

        await external.Finish(new JobRunId(job, await LeaseAsync(job)), Fetched("three"));
        Assert.Equal("three", (await known.GetAudio()).Audio!.Title);
        Assert.Equal("done", await StateOfAsync(job));
    }

    [Fact]
    public async Task A_change_cancels_the_previous_build_and_nothing_is_built_while_a_track_is_pending()
    {
        await CreateAsync(_web.UrlOf("/a.mp3"));
        Assert.Equal(0, await _silo.CountAsync("select count(*) from jobs where kind = 'playlists.build'"));
        Assert.Null(await Build.FindWork(Guid.NewGuid()));
        await UpdateAsync([]);
        var first = await JobAsync("playlists.build");
        Assert.False(await Audio.TakeExternal(GrainKeys.External(_web.UrlOf("/a.mp3")), new ExternalAudio(null, "Not there."))); // No longer in the playlist.
        await Eventually.That(async () => await StateOfAsync(first) == "done", Deadline, "the empty playlist is built");
        var playback = (await Playlist.FindPlaybackManifest())!;
        Assert.True(playback.IsComplete && playback.Parts.IsEmpty && playback.ManifestKey is not null);

        // A build that has ended, or another one, changes nothing.
        Assert.False(await Build.FinishHls(new JobRunId(first, Guid.NewGuid()), "playlists/other.m3u8"));
        Assert.Equal(playback.ManifestKey, (await Playlist.FindPlaybackManifest())!.ManifestKey);
        Assert.Equal(playback.Version, (await Playlist.FindPlaybackManifest())!.Version);
    }

    [Fact]
    public async Task A_fetch_notifies_the_playlists_that_still_contain_the_address()
    {
        var url = _web.UrlOf("/a.mp3");
        await CreateAsync(url);
        var other = Guid.NewGuid();
        await _silo.Grains.GetGrain<IPlaylistGrain>(GrainKeys.Playlist(other)).Create(new CreatePlaylist(_owner, "Other", "", [Input(url)], Visibility.Public, false));
        Assert.Equal(new[] { _id, other }.Order(), await UsersAsync());
        await UpdateAsync([]);
        Assert.Equal([other], await UsersAsync());
        var job = (await _silo.Service<JobTable>().FindAsync(await JobAsync("outside.fetch"), CancellationToken.None))!;
        await _silo.Service<IEnumerable<IJobHandler>>().Single(handler => handler.Kind.Name == job.Kind).EndedAsync(job, new JobEnd(JobEndCause.Exhausted, "It does not answer."), CancellationToken.None);
        Assert.Equal(TrackStatus.Failed, (await _silo.Grains.GetGrain<IPlaylistGrain>(GrainKeys.Playlist(other)).Get(Owner)).Tracks[0].Status);

        async Task<IEnumerable<Guid>> UsersAsync() => (await _silo.Service<PlaylistTables>().ListUsingAsync(GrainKeys.External(url), Guid.Empty, 10, CancellationToken.None)).Order();
    }

    [Fact]
    public async Task The_revision_counts_changes_by_the_owner_and_the_version_changes_for_listeners()
    {
        await CreateAsync();
        await BuiltAsync();
        var (revision, version) = ((await Playlist.Get(Owner)).Revision, (await Playlist.FindPlaybackManifest())!.Version);
        var renamed = await Playlist.Update(Owner, new PlaylistPatch("Other", null, null, null, null, revision));
        Assert.Equal(revision + 1, renamed.Revision);
        Assert.Equal(version, (await Playlist.FindPlaybackManifest())!.Version);
        await Assert.ThrowsAsync<AudioException>(() => Playlist.Update(Owner, new PlaylistPatch("Third", null, null, null, null, revision)));
        await Audio.ReportUnreadable([(await Playlist.FindPlaybackManifest())!.ManifestKey!]);
        Assert.Equal(revision + 1, (await Playlist.Get(Owner)).Revision);
        await BuiltAsync();
        Assert.True((await Playlist.FindPlaybackManifest())!.Version > version);
        await Audio.ReportUnreadable(["playlists/old.m3u8", "external/of/another/hls/source-00000.ts"]);
        Assert.Equal(0, await _silo.CountAsync("select count(*) from jobs where kind = 'playlists.build' and state in ('queued', 'running')"));
    }

    [Fact]
    public async Task A_wait_for_a_playlist_ends_with_its_next_change()
    {
        await CreateAsync();
        await BuiltAsync();
        var known = (await Playlist.FindPlaybackManifest())!;
        var waiting = Playlist.WaitForPlaybackManifest(known.Stamp);
        Assert.Equal(known.Stamp, (await Playlist.FindPlaybackManifest())!.Stamp); // Other calls are answered meanwhile.
        Assert.False(waiting.IsCompleted);
        await Playlist.Update(Owner, new PlaylistPatch(null, null, null, Visibility.Private, null, null));
        Assert.Equal(Visibility.Private, (await Eventually.Ends(waiting, TimeSpan.FromSeconds(5), "the change ends the wait"))!.Visibility);
        Assert.NotEqual(known.Stamp, (await Playlist.WaitForPlaybackManifest(known.Stamp))!.Stamp); // It has already changed.
    }

    [Fact]
    public async Task A_deleted_playlist_leaves_no_row_and_its_objects_are_deleted()
    {
        await CreateAsync();
        await BuiltAsync();
        await Assert.ThrowsAsync<AudioException>(() => Playlist.Delete(new Caller(Guid.NewGuid(), IsAdmin: false)));
        await Playlist.Delete(Owner);
        Assert.Equal(0, await _silo.CountAsync("select count(*) from playlists where playlist_id = @_id", new { _id }));
        Assert.Equal(0, await _silo.CountAsync("select count(*) from grain_state where state_name = 'playlist'"));
        Assert.Equal(1, await _silo.CountAsync("select count(*) from jobs where kind = 'storage.delete_all' and payload::text like @prefix", new { prefix = $"%playlists/{_id:D}/%" }));
        Assert.Null(await Playlist.FindPlaybackManifest());
        // Late calls do not create it again.
        await Audio.ReportUnreadable(["a"]);
        await Audio.TakeExternal(GrainKeys.External("http://127.0.0.1/"), new ExternalAudio(null, "Late."));
        await Assert.ThrowsAsync<AudioException>(() => Playlist.Get(Owner));
    }

    [Fact]
    public async Task A_playlist_with_a_missing_upload_is_not_saved()
    {
        var outcome = await Playlist.Create(new CreatePlaylist(_owner, "Playlist", "", [new TrackInput(null, TrackSourceType.Upload, Guid.NewGuid(), null, null, null, null)], Visibility.Public, false));
        Assert.Equal((0, "upload_not_ready"), (outcome.Unusable.Single().Index, outcome.Unusable.Single().Reason));
        Assert.Equal(0, await _silo.CountAsync("select count(*) from playlists"));
        await Assert.ThrowsAsync<AudioException>(() => Playlist.Get(Owner));
    }

    private static ExternalFetched Fetched(string title) => new(new MediaAsset(title, null, null, 128_000, Mp3, "external/none/hls/manifest.m3u8", false), null, null, null);

    private async Task CreateAsync(params string[] urls)
    {
        var outcome = await Playlist.Create(new CreatePlaylist(_owner, "Playlist", "", [.. urls.Select(Input)], Visibility.Public, false));
        Assert.True(outcome.Problems.IsEmpty && outcome.Unusable.IsEmpty);
    }

    private async Task UpdateAsync(ImmutableArray<TrackInput> tracks) => Assert.Equal(["tracks"], (await Playlist.Update(Owner, new PlaylistPatch(null, null, tracks, null, null, null))).UpdatedFields.ToArray());

    private Task BuiltAsync() => Eventually.That(async () => (await Playlist.FindPlaybackManifest())!.IsComplete
        && await _silo.CountAsync("select count(*) from jobs where kind = 'playlists.build' and state in ('queued', 'running')") == 0, Deadline, "it is built");

    private async Task<Guid> JobAsync(string kind) => Guid.Parse(await TextAsync("select job_id::text from jobs where kind = @kind", new { kind }));

    private async Task<Guid> LeaseAsync(Guid job)
    {
        await Eventually.That(async () => await _silo.CountAsync("select count(token) from jobs where job_id = @job", new { job }) == 1, Deadline, "a worker has the job");
        return Guid.Parse(await TextAsync("select token::text from jobs where job_id = @job", new { job }));
    }

    private Task<string> StateOfAsync(Guid job) => TextAsync("select state::text from jobs where job_id = @job", new { job });

    private Task<string> TextAsync(string sql, object parameters) => _silo.Database.RunAsync(async connection => (await Dapper.SqlMapper.ExecuteScalarAsync<string>(connection, sql, parameters))!);

    private static TrackInput Input(string url) => new(null, TrackSourceType.External, null, url, null, null, null);
}
