using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Grains.Tests.Operations;
using AudioOrleans.Grains.Uploads;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Silo.Uploads;
using AudioOrleans.Testing;
using Dapper;
using JobState = AudioOrleans.Persistence.Jobs.JobState;

namespace AudioOrleans.Grains.Tests.Uploads;

/// <summary>Uploads with the real storage, in a silo without workers. The tests run the jobs.</summary>
public sealed class UploadGrainTests : IAsyncLifetime
{
    private const long Quota = 1024 * 1024;

    private static readonly MediaAsset Prepared = new("A title", null, null, 128_000, new Mp3Source("key", 0, 1000, TimeSpan.FromSeconds(3), 44100, 2), "playlist", HasArt: false);

    private readonly ShiftedClock _clock = new();
    private readonly Guid _id = Guid.CreateVersion7();
    private readonly Caller _owner = new(Guid.NewGuid(), IsAdmin: false);
    private readonly Caller _stranger = new(Guid.NewGuid(), IsAdmin: false);
    private OperationSilo _silo = null!;

    private IUploadGrain Upload => _silo.Grains.GetGrain<IUploadGrain>(GrainKeys.Upload(_id));

    private IUploadIngestGrain Ingest => IngestOf(_id);

    /// <summary>The upload as a playlist of an account reads it.</summary>
    private async Task<MediaAsset?> TrackAsync(Caller owner)
    {
        var states = await _silo.Service<PostgresGrainStorage>().ReadManyAsync<UploadState>("upload", "upload", [GrainKeys.Upload(_id)], CancellationToken.None);
        return states.TryGetValue(GrainKeys.Upload(_id), out var state) ? UploadRules.AssetOf(state, owner.UserId!.Value) : null;
    }

    private IUploadJobsGrain Jobs => _silo.Grains.GetGrain<IUploadJobsGrain>(GrainKeys.Upload(_id));

    private JobTable Table => _silo.Service<JobTable>();

    public async Task InitializeAsync() => _silo = await OperationSilo.StartAsync(
        await PostgresServer.NewDatabaseAsync(),
        new Dictionary<string, string?> { ["Jobs:Workers"] = "0", ["Uploads:MaxBytes"] = $"{Quota}", ["Uploads:QuotaBytes"] = $"{Quota}", ["Uploads:Expiration"] = "00:05:00" },
        _clock);

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task An_upload_is_visible_to_nobody_until_it_is_received_and_then_only_to_its_owner()
    {
        await BeginAsync();
        Assert.Equal(AudioError.NotFound, await ErrorAsync(() => Upload.Get(_owner)));
        Assert.Null(await Upload.FindMedia());
        await AcceptAsync();
        var details = await Upload.Get(_owner);
        Assert.Equal((UploadStatus.Processing, "mp3", 500L, "song.mp3"), (details.Status, details.Format, details.SizeBytes, details.FileName));
        Assert.Equal(AudioError.Forbidden, await ErrorAsync(() => Upload.Get(_stranger)));
        Assert.Equal(AudioError.Forbidden, await ErrorAsync(() => Upload.Delete(_stranger)));
        Assert.Null(await TrackAsync(_owner));
    }

    [Fact]
    public async Task Beginning_twice_creates_one_upload_and_no_other_account_can_begin_it()
    {
        var first = await BeginAsync();
        var second = await BeginAsync();
        Assert.Equal(first.ExpiresAt, second.ExpiresAt);
        Assert.Equal(AudioError.Conflict, await ErrorAsync(() => Ingest.Begin(Command() with { OwnerId = _stranger.UserId!.Value })));
        await AcceptAsync();
        Assert.Equal(AudioError.Conflict, await ErrorAsync(() => BeginAsync()));
        Assert.Equal(1, await _silo.CountAsync("select count(*) from uploads"));
    }

    [Fact]
    public async Task Parts_must_be_contiguous_and_must_not_exceed_the_length_of_the_file()
    {
        await BeginAsync(1000);
        Assert.Equal(AudioError.Conflict, await ErrorAsync(() => Ingest.Append(_owner, Guid.NewGuid(), 1, 10)));
        Assert.Equal(AudioError.Conflict, await ErrorAsync(() => Ingest.Append(_owner, Guid.NewGuid(), 0, 0)));
        Assert.Equal(AudioError.Conflict, await ErrorAsync(() => Ingest.Append(_owner, Guid.NewGuid(), 0, 1001)));
        Assert.Equal(AudioError.Forbidden, await ErrorAsync(() => Ingest.Append(_stranger, Guid.NewGuid(), 0, 10)));
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        await Ingest.Append(_owner, one, 0, 400);
        Assert.Equal(AudioError.Conflict, await ErrorAsync(() => Ingest.Append(_owner, Guid.NewGuid(), 0, 400)));
        var arrival = await Ingest.Append(_owner, two, 400, 600);
        Assert.Equal((1000L, 1000L, false), (arrival.Offset, arrival.Length, arrival.IsComplete));
        Assert.Equal([one, two], arrival.Parts.ToList());
        await AcceptAsync();
        Assert.Equal((true, 500L), await ArrivedAsync());
        Assert.Equal(AudioError.Conflict, await ErrorAsync(() => Ingest.Append(_owner, Guid.NewGuid(), 500, 1)));

        async Task<(bool, long)> ArrivedAsync()
        {
            var now = await Ingest.GetArrival(_owner);
            return (now.IsComplete, now.Offset);
        }
    }

    [Fact]
    public async Task One_of_two_attempts_is_accepted_and_can_be_repeated()
    {
        await BeginAsync();
        var attempt = Guid.NewGuid();
        await AcceptAsync(attempt);
        await AcceptAsync(attempt);
        Assert.Equal(AudioError.Conflict, await ErrorAsync(() => AcceptAsync(Guid.NewGuid())));
        Assert.Contains($"{attempt:N}", (await Upload.FindMedia())!.OriginalKey, StringComparison.Ordinal);
        Assert.Equal(1, await _silo.CountAsync("select count(*) from jobs where kind = @kind", new { kind = PrepareUpload.Job.Name }));
        Assert.False(await Ingest.Abandon());
        Assert.Equal(UploadStatus.Processing, (await Upload.Get(_owner)).Status);
    }

    [Fact]
    public async Task A_run_that_lost_its_lease_changes_nothing()
    {
        await BeginAsync();
        await AcceptAsync();
        var (job, stale) = await TakeAsync(PrepareUpload.Job.Name);
        await Table.ReleaseAsync([stale], CancellationToken.None);
        var (_, held) = await TakeAsync(PrepareUpload.Job.Name);
        Assert.False(await Jobs.Finish(Run(stale), Prepared));
        Assert.Equal(UploadStatus.Processing, (await Upload.Get(_owner)).Status);
        Assert.Equal(0, await AnalysesAsync());

        Assert.True(await Jobs.Finish(Run(held), Prepared));
        Assert.False(await Jobs.Finish(Run(held), Prepared with { Title = "Another" }));
        Assert.False(await Jobs.Finish(Run(stale), Prepared with { Title = "Another" }));
        var ready = await Upload.Get(_owner);
        Assert.Equal((UploadStatus.Ready, "A title", 100), (ready.Status, ready.Title, ready.Progress));
        Assert.Equal(1, await AnalysesAsync());
        Assert.Equal(JobState.Done, (await Table.FindAsync(job.JobId, CancellationToken.None))!.State);
        Assert.Equal("A title", (await TrackAsync(_owner))!.Title);
        Assert.Null(await TrackAsync(_stranger));

        Task<long> AnalysesAsync() => _silo.CountAsync("select count(*) from jobs where kind = @kind", new { kind = AnalyseUpload.Job.Name });
    }

    [Fact]
    public async Task A_ready_upload_cannot_fail_but_a_failed_one_can_become_ready()
    {
        await BeginAsync();
        await AcceptAsync();
        var (job, lease) = await TakeAsync(PrepareUpload.Job.Name);
        await Jobs.Fail(Guid.NewGuid(), "Of another job.");
        Assert.Equal(UploadStatus.Processing, (await Upload.Get(_owner)).Status);
        await Jobs.Fail(job.JobId, "It is damaged.");
        var failed = await Upload.Get(_owner);
        Assert.Equal((UploadStatus.Failed, "It is damaged.", false), (failed.Status, failed.ErrorMessage, failed.CompletedAt is null));

        Assert.NotNull(await Jobs.FindWork(job.JobId));
        Assert.True(await Jobs.Finish(Run(lease), Prepared));
        await Jobs.Fail(job.JobId, "Too late.");
        var ready = await Upload.Get(_owner);
        Assert.Equal((UploadStatus.Ready, null), (ready.Status, ready.ErrorMessage));
        Assert.Null(await Jobs.FindWork(job.JobId));
        var (analysis, measuring) = await TakeAsync(AnalyseUpload.Job.Name);
        Assert.Equal("key", (await Jobs.FindWork(analysis.JobId))!.SourceKey);
        Assert.True(await Jobs.FinishAnalysis(Run(measuring), -14.5));
        Assert.False(await Jobs.FinishAnalysis(Run(measuring), -1));
        Assert.Equal((-14.5, true), ((await Upload.Get(_owner)).LoudnessLufs, (await Upload.Get(_owner)).HasWaveform));
    }

    [Fact]
    public async Task An_upload_whose_job_was_cancelled_has_failed_with_that_reason()
    {
        await BeginAsync();
        await AcceptAsync();
        var (job, lease) = await TakeAsync(PrepareUpload.Job.Name);
        await Table.CancelAsync(job.JobId, CancellationToken.None);
        await Table.FailAsync(lease, "stopped", JobFault.Passing, null, CancellationToken.None);
        var ended = (await Table.TakeUnnotifiedAsync([PrepareUpload.Job.Name], TimeSpan.FromMinutes(1), CancellationToken.None))!.Value.Job;
        await _silo.Service<IEnumerable<IJobHandler>>().Single(handler => handler.Kind.Name == job.Kind).EndedAsync(ended, new JobEnd(JobEndCause.Cancelled, "The work was called off."), CancellationToken.None);
        var failed = await Upload.Get(_owner);
        Assert.Equal((UploadStatus.Failed, "The work was called off."), (failed.Status, failed.ErrorMessage));
    }

    [Fact]
    public async Task An_upload_that_a_playlist_uses_is_not_deleted()
    {
        await BeginAsync();
        await AcceptAsync();
        await _silo.Database.RunAsync(connection => connection.ExecuteAsync(
            """
            insert into playlists values (@playlist, @owner, 'Mix', '', 'public', false, 1, 0, now(), now(), 1);
            insert into playlist_uploads values (@playlist, @_id);
            """, new { playlist = Guid.NewGuid(), owner = _owner.UserId, _id }));
        Assert.Equal(AudioError.Conflict, await ErrorAsync(() => Upload.Delete(_owner)));
        Assert.Equal(UploadStatus.Processing, (await Upload.Get(_owner)).Status);
        await _silo.Database.RunAsync(connection => connection.ExecuteAsync("delete from playlists"));
        await Upload.Delete(_owner);
        Assert.Equal(AudioError.NotFound, await ErrorAsync(() => Upload.Get(_owner)));
    }

    [Fact]
    public async Task Deleting_an_upload_cancels_its_job_and_deletes_its_files()
    {
        await BeginAsync();
        await AcceptAsync();
        var (job, lease) = await TakeAsync(PrepareUpload.Job.Name);
        await Upload.Delete(_owner);
        Assert.False(await Jobs.Finish(Run(lease), Prepared));
        Assert.Null(await Jobs.FindWork(job.JobId));
        Assert.True(Assert.Single(await Table.RenewAsync([(lease, 0)], CancellationToken.None)).CancelRequested);
        Assert.Equal([UploadKeys.Parts(_owner.UserId!.Value, _id), UploadKeys.Prefix(_owner.UserId!.Value, _id)], await DeletionsAsync());
        Assert.Equal(0, await _silo.CountAsync("select count(*) from uploads"));
    }

    [Fact]
    public async Task The_quota_of_an_account_counts_uploads_in_progress_and_received_uploads()
    {
        await BeginAsync(Quota - 1000);
        var other = await IngestOf(Guid.CreateVersion7()).Begin(Command(1001));
        Assert.Equal((1000L, null), (other.QuotaLeft, other.ExpiresAt));
        Assert.Null((await IngestOf(Guid.CreateVersion7()).Begin(Command(1000))).QuotaLeft);
        // Once received, it counts with its actual size.
        await AcceptAsync();
        Assert.Null((await IngestOf(Guid.CreateVersion7()).Begin(Command(Quota - 1500))).QuotaLeft);
        Assert.Null((await IngestOf(Guid.CreateVersion7()).Begin(Command(Quota) with { OwnerId = _stranger.UserId!.Value })).QuotaLeft);
    }

    [Fact]
    public async Task Concurrent_uploads_do_not_exceed_the_quota()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => IngestOf(Guid.CreateVersion7()).Begin(Command(Quota / 3))));
        Assert.Equal(3, outcomes.Count(outcome => outcome.QuotaLeft is null));
        Assert.Equal(3, await _silo.CountAsync("select count(*) from uploads"));
    }

    [Fact]
    public async Task Expired_uploads_are_removed_and_active_ones_are_kept()
    {
        await BeginAsync(1000);
        var slow = Guid.CreateVersion7();
        await IngestOf(slow).Begin(Command(1000));
        var sweeper = _silo.Service<UploadSweeper>();
        _clock.Shift(TimeSpan.FromMinutes(4));
        await IngestOf(slow).Append(_owner, Guid.NewGuid(), 0, 10);
        await sweeper.SweepAsync(CancellationToken.None);
        Assert.Equal(0, (await Ingest.GetArrival(_owner)).Offset);

        _clock.Shift(TimeSpan.FromMinutes(2));
        await sweeper.SweepAsync(CancellationToken.None);
        Assert.Equal(AudioError.NotFound, await ErrorAsync(() => Ingest.GetArrival(_owner)));
        Assert.Equal(10, (await IngestOf(slow).GetArrival(_owner)).Offset);
        Assert.Equal([UploadKeys.Prefix(_owner.UserId!.Value, _id)], await DeletionsAsync());
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("music/AC\\DC.mp3", "AC\\DC.mp3")]
    [InlineData("a\u0000b\r\nc.mp3", "abc.mp3")]
    [InlineData("\ud83d\udd25 mix \ud83d\ude00.mp3", "\ud83d\udd25 mix \ud83d\ude00.mp3")]
    [InlineData("", "")]
    public void A_name_is_the_last_part_of_a_path_without_control_characters(string sent, string kept) => Assert.Equal(kept, UploadRules.NameOf(sent));

    [Fact]
    public void Half_a_surrogate_pair_becomes_a_replacement_character() => Assert.Equal("half\ufffd.mp3", UploadRules.NameOf("half\ud83d.mp3"));

    [Fact]
    public void A_name_has_at_most_255_characters()
    {
        Assert.Equal(255, UploadRules.NameOf(new string('x', 10_000)).Length);
        Assert.Equal(new string('x', 254), UploadRules.NameOf(new string('x', 254) + "\ud83d\udd25"));
    }

    private static JobRunId Run(JobLease lease) => new(lease.JobId, lease.Token);

    private BeginUpload Command(long length = 1000) => new(_owner.UserId!.Value, "music/song.mp3", length, [], null, IsResumable: true);

    private IUploadIngestGrain IngestOf(Guid id) => _silo.Grains.GetGrain<IUploadIngestGrain>(GrainKeys.Upload(id));

    private Task<UploadOutcome> BeginAsync(long length = 1000) => Ingest.Begin(Command(length));

    private Task<UploadDetails> AcceptAsync(Guid attempt = default) => Ingest.Accept(_owner, new UploadReceived("mp3", 500, new string('a', 64), $"uploads/{attempt:N}.mp3"));

    private async Task<(JobRow Job, JobLease Lease)> TakeAsync(string kind) => Assert.Single((await Table.TakeAsync("a worker", [kind], 1, CancellationToken.None)).Leases);

    private async Task<List<string>> DeletionsAsync() =>
        [.. (await Table.TakeAsync("a worker", [DeleteObjects.Job.Name], 100, CancellationToken.None)).Leases.Select(taken => System.Text.Json.JsonSerializer.Deserialize<string>(taken.Job.Payload)!)];

    private static async Task<AudioError> ErrorAsync(Func<Task> call) => (await Assert.ThrowsAsync<AudioException>(call)).Error;
}
