using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Tests.Operations;
using AudioOrleans.Silo.Uploads;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Uploads;

/// <summary>Partial uploads, final uploads and deferred lengths with the real storage.</summary>
public sealed class PartialUploadTests : IAsyncLifetime
{
    private const long Quota = 1024 * 1024;

    private readonly ShiftedClock _clock = new();
    private readonly Caller _owner = new(Guid.NewGuid(), IsAdmin: false);
    private readonly Caller _stranger = new(Guid.NewGuid(), IsAdmin: false);
    private OperationSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await OperationSilo.StartAsync(
        await PostgresServer.NewDatabaseAsync(),
        new Dictionary<string, string?> { ["Jobs:Workers"] = "0", ["Uploads:MaxBytes"] = $"{Quota}", ["Uploads:QuotaBytes"] = $"{Quota}", ["Uploads:Expiration"] = "00:05:00" },
        _clock);

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task Only_one_of_many_final_uploads_of_the_same_partial_uploads_is_accepted()
    {
        var partials = new[] { await AddPartialAsync(600_000), await AddPartialAsync(300_000) };
        var finals = Enumerable.Range(0, 8).Select(_ => Guid.CreateVersion7()).ToList();
        // In both orders, because their row locks must not cause a deadlock.
        foreach (var (id, index) in finals.Select((id, index) => (id, index)))
            Assert.Null((await BeginFinalAsync(id, 900_000, index % 2 == 0 ? partials : [.. partials.Reverse()])).QuotaLeft);
        var outcomes = await Task.WhenAll(finals.Select(IsAcceptedAsync));
        Assert.Equal(1, outcomes.Count(accepted => accepted));
        Assert.Equal(1, await _silo.CountAsync("select count(*) from uploads where status = 'processing'"));
        Assert.Equal(2, await _silo.CountAsync("select count(*) from uploads where joined_into is not null"));
        // Their bytes count once, even before the partial uploads are removed.
        Assert.Equal(Quota - 900_000, await QuotaLeftAsync());
        foreach (var partial in partials)
            Assert.True(await IngestOf(partial).Abandon());
        Assert.Equal(Quota - 900_000, await QuotaLeftAsync());

        async Task<bool> IsAcceptedAsync(Guid id)
        {
            try
            {
                return (await AcceptAsync(id, 900_000)).Status == UploadStatus.Processing;
            }
            catch (AudioException exception) when (exception.Error == AudioError.Conflict)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_final_upload_is_not_accepted_if_a_partial_upload_was_abandoned_or_belongs_to_another_account()
    {
        var (kept, gone) = (await AddPartialAsync(1000), await AddPartialAsync(1000));
        var id = Guid.CreateVersion7();
        await BeginFinalAsync(id, 2000, kept, gone);
        await IngestOf(gone).Abandon();
        Assert.Equal(AudioError.Conflict, (await Assert.ThrowsAsync<AudioException>(() => AcceptAsync(id, 2000))).Error);
        var theirs = Guid.CreateVersion7();
        await IngestOf(theirs).Begin(Command(1000) with { OwnerId = _stranger.UserId!.Value, Concat = new UploadConcat("partial", []) });
        var other = Guid.CreateVersion7();
        await BeginFinalAsync(other, 2000, kept, theirs);
        Assert.Equal(AudioError.Conflict, (await Assert.ThrowsAsync<AudioException>(() => AcceptAsync(other, 2000))).Error);
        // The remaining partial upload can still be used.
        var last = Guid.CreateVersion7();
        await BeginFinalAsync(last, 1000, kept);
        Assert.Equal(UploadStatus.Processing, (await AcceptAsync(last, 1000)).Status);
        Assert.Equal(UploadStatus.Processing, (await AcceptAsync(last, 1000)).Status);
    }

    [Fact]
    public async Task Partial_uploads_expire_like_all_unfinished_uploads()
    {
        var id = await AddPartialAsync(1000);
        var sweeper = _silo.Service<UploadSweeper>();
        _clock.Shift(TimeSpan.FromMinutes(4));
        await sweeper.SweepAsync(CancellationToken.None);
        Assert.True((await IngestOf(id).GetArrival(_owner)).HasAllBytes);
        _clock.Shift(TimeSpan.FromMinutes(2));
        await sweeper.SweepAsync(CancellationToken.None);
        Assert.Equal(AudioError.NotFound, (await Assert.ThrowsAsync<AudioException>(() => IngestOf(id).GetArrival(_owner))).Error);
    }

    [Fact]
    public async Task A_deferred_length_is_set_once_and_only_by_the_owner()
    {
        var id = Guid.CreateVersion7();
        await IngestOf(id).Begin(Command(0) with { IsLengthDeferred = true });
        await IngestOf(id).Append(_owner, Guid.NewGuid(), 0, 1000);
        Assert.Equal(Quota - 1000, await QuotaLeftAsync());
        Assert.Equal(AudioError.Forbidden, (await Assert.ThrowsAsync<AudioException>(() => IngestOf(id).SetLength(_stranger, 2000))).Error);
        Assert.Equal("Upload-Length", (await Assert.ThrowsAsync<AudioException>(() => IngestOf(id).SetLength(_owner, 999))).Field);
        Assert.Equal("Upload-Length", (await Assert.ThrowsAsync<AudioException>(() => IngestOf(id).SetLength(_owner, Quota + 1))).Field);
        Assert.True((await IngestOf(id).GetArrival(_owner)).IsLengthDeferred);
        var set = await IngestOf(id).SetLength(_owner, 2000);
        Assert.Equal((2000, false), (set.Length, set.IsLengthDeferred));
        Assert.Equal(Quota - 2000, await QuotaLeftAsync());
        Assert.Equal(2000, (await IngestOf(id).SetLength(_owner, 2000)).Length);
        Assert.Equal("Upload-Length", (await Assert.ThrowsAsync<AudioException>(() => IngestOf(id).SetLength(_owner, 2001))).Field);
    }

    [Fact]
    public async Task An_upload_from_before_the_introduction_of_partial_uploads_can_be_continued()
    {
        var id = Guid.CreateVersion7();
        await IngestOf(id).Begin(Command(1000));
        Assert.Equal(1, await _silo.CountAsync(
            "with changed as (update grain_state set state = state - 'concat' - 'is_length_deferred' where grain_key = @key and state ? 'is_length_deferred' returning 1) select count(*) from changed",
            new { key = GrainKeys.Upload(id) }));
        await _silo.DeactivateAsync(IngestOf(id));
        var arrival = await IngestOf(id).GetArrival(_owner);
        Assert.Equal((1000, false, null), (arrival.Length, arrival.IsLengthDeferred, arrival.Concat));
        Assert.Equal(10, (await IngestOf(id).Append(_owner, Guid.NewGuid(), 0, 10)).Offset);
    }

    private BeginUpload Command(long length) => new(_owner.UserId!.Value, "song.mp3", length, [], null, IsResumable: true);

    private IUploadIngestGrain IngestOf(Guid id) => _silo.Grains.GetGrain<IUploadIngestGrain>(GrainKeys.Upload(id));

    private async Task<Guid> AddPartialAsync(long length)
    {
        var id = Guid.CreateVersion7();
        Assert.Null((await IngestOf(id).Begin(Command(length) with { Concat = new UploadConcat("partial", []) })).QuotaLeft);
        await IngestOf(id).Append(_owner, Guid.NewGuid(), 0, length);
        return id;
    }

    private Task<UploadOutcome> BeginFinalAsync(Guid id, long length, params Guid[] partials) =>
        IngestOf(id).Begin(Command(length) with { Concat = new UploadConcat("final;…", [.. partials]) });

    private Task<UploadDetails> AcceptAsync(Guid id, long length) => IngestOf(id).Accept(_owner, new UploadReceived("mp3", length, new string('a', 64), $"uploads/{id:N}.mp3"));

    /// <summary>The remaining quota of the account, taken from the refusal of an upload that is too large.</summary>
    private async Task<long> QuotaLeftAsync() => (await IngestOf(Guid.CreateVersion7()).Begin(Command(Quota))).QuotaLeft!.Value;
}
