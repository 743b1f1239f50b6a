using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Tests.Operations;
using AudioOrleans.Silo.Uploads;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Uploads;

/// <summary>Partial uploads, final ones and deferred lengths on the real storage.</summary>
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
    public async Task Of_many_final_uploads_over_the_same_partial_ones_one_is_accepted()
    {
        var partials = new[] { await AddPartialAsync(600_000), await AddPartialAsync(300_000) };
        var finals = Enumerable.Range(0, 8).Select(_ => Guid.CreateVersion7()).ToList();
        // In either order: none may wait for a row that another has, which waits for one of its own.
        foreach (var (id, index) in finals.Select((id, index) => (id, index)))
            Assert.Null((await BeginFinalAsync(id, 900_000, index % 2 == 0 ? partials : [.. partials.Reverse()])).QuotaLeft);
        var outcomes = await Task.WhenAll(finals.Select(IsAcceptedAsync));
        Assert.Equal(1, outcomes.Count(accepted => accepted));
        Assert.Equal(1, await _silo.CountAsync("select count(*) from uploads where status = 'processing'"));
        Assert.Equal(2, await _silo.CountAsync("select count(*) from uploads where joined_into is not null"));
        // Their bytes count once, also before the partial uploads are forgotten.
        Assert.Equal(Quota - 900_000, await RoomAsync());
        foreach (var partial in partials)
            Assert.True(await IngestOf(partial).Abandon());
        Assert.Equal(Quota - 900_000, await RoomAsync());

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
    public async Task A_final_upload_is_not_accepted_when_a_partial_one_was_given_up_or_is_of_another_account()
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
        // The one that is left can still be used.
        var last = Guid.CreateVersion7();
        await BeginFinalAsync(last, 1000, kept);
        Assert.Equal(UploadStatus.Processing, (await AcceptAsync(last, 1000)).Status);
        Assert.Equal(UploadStatus.Processing, (await AcceptAsync(last, 1000)).Status);
    }

    [Fact]
    public async Task Partial_uploads_expire_like_all_that_is_not_finished()
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
    public async Task A_length_is_told_once_and_by_the_owner()
    {
        var id = Guid.CreateVersion7();
        await IngestOf(id).Begin(Command(0) with { IsLengthDeferred = true });
        await IngestOf(id).Append(_owner, Guid.NewGuid(), 0, 1000);
        Assert.Equal(Quota - 1000, await RoomAsync());
        Assert.Equal(AudioError.Forbidden, (await Assert.ThrowsAsync<AudioException>(() => IngestOf(id).SetLength(_stranger, 2000))).Error);
        Assert.Equal("Upload-Length", (await Assert.ThrowsAsync<AudioException>(() => IngestOf(id).SetLength(_owner, 999))).Field);
        Assert.Equal("Upload-Length", (await Assert.ThrowsAsync<AudioException>(() => IngestOf(id).SetLength(_owner, Quota + 1))).Field);
        Assert.True((await IngestOf(id).GetArrival(_owner)).IsLengthDeferred);
        var told = await IngestOf(id).SetLength(_owner, 2000);
        Assert.Equal((2000, false), (told.Length, told.IsLengthDeferred));
        Assert.Equal(Quota - 2000, await RoomAsync());
        Assert.Equal(2000, (await IngestOf(id).SetLength(_owner, 2000)).Length);
        Assert.Equal("Upload-Length", (await Assert.ThrowsAsync<AudioException>(() => IngestOf(id).SetLength(_owner, 2001))).Field);
    }

    [Fact]
    public async Task An_upload_that_was_begun_before_there_were_partial_ones_goes_on()
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

    /// <summary>How much room the account has, by what it is told when it asks for too much.</summary>
    private async Task<long> RoomAsync() => (await IngestOf(Guid.CreateVersion7()).Begin(Command(Quota))).QuotaLeft!.Value;
}
