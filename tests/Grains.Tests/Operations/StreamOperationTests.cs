using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Audit;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.Grains.Tests.Operations;

public sealed class StreamOperationTests : IAsyncLifetime
{
    private static readonly StreamPatch Nothing = new(null, null, null, null, null, null, null, null, null);

    private readonly Guid _id = Guid.CreateVersion7();
    private readonly Caller _owner = new(Guid.NewGuid(), IsAdmin: false);
    private OperationSilo _silo = null!;
    private ScriptedSource _source = null!;

    private IStreamGrain Stream => _silo.Grains.GetGrain<IStreamGrain>(GrainKeys.Stream(_id));

    public async Task InitializeAsync()
    {
        _source = await ScriptedSource.PlayingAsync();
        _silo = await OperationSilo.StartAsync(await PostgresServer.NewDatabaseAsync());
    }

    public async Task DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_is_registered_once()
    {
        Describe("streams.register");
        var outcome = await _silo.CallTwiceAsync(nameof(IStreamGrain.Register), RegisterAsync);
        Assert.Equal((true, null, 1), (outcome.Problems.IsEmpty, outcome.SourceReason, outcome.Revision));
        Assert.Equal((1, 1, 0), await CountEntriesAsync("registered"));
    }

    [Fact]
    public async Task A_repeated_conditional_update_succeeds_and_is_not_stale()
    {
        await RegisterAsync();
        Describe("streams.update");
        var patch = Nothing with { Name = "Another", Enabled = false, ExpectedRevision = 1 };
        var outcome = await _silo.CallTwiceAsync(nameof(IStreamGrain.Update), () => Stream.Update(_owner, patch));
        Assert.Equal("name, enabled", string.Join(", ", outcome.UpdatedFields));
        Assert.Equal(2, outcome.Revision);
        Assert.Equal(2, (await Stream.Get(_owner)).Revision);
        Assert.Equal((1, 1, 0), await CountEntriesAsync("disabled"));
    }

    [Fact]
    public async Task Deleting_twice_in_the_same_operation_succeeds()
    {
        await RegisterAsync();
        Describe("streams.delete");
        await _silo.CallTwiceAsync(nameof(IStreamGrain.Delete), DeleteAsync);
        Assert.Equal((0, 1, 0), await CountEntriesAsync("registered"));
        var other = await Assert.ThrowsAsync<AudioException>(() => OperationSilo.CallAsync(Operation.New(), DeleteAsync));
        Assert.Equal(AudioError.NotFound, other.Error);
    }

    [Fact]
    public async Task A_late_update_does_not_undo_a_newer_one()
    {
        await RegisterAsync();
        Describe("streams.update");
        var off = Operation.New();
        Func<Task<StreamOutcome>> switchOff = () => Stream.Update(_owner, Nothing with { Enabled = false });
        await OperationSilo.CallAsync(off.Again(), switchOff);
        await OperationSilo.CallAsync(Operation.New(), () => Stream.Update(_owner, Nothing with { Enabled = true }));

        var late = await OperationSilo.CallAsync(off, switchOff);
        Assert.Equal(2, late.Revision);
        var now = await Stream.Get(_owner);
        Assert.Equal((true, 3), (now.Enabled, now.Revision));
        // The reminder remains, so the stream still restarts after a crash.
        Assert.Equal((1, 2, 1), await CountEntriesAsync("disabled"));
    }

    /// <summary>Counts the entries in the timeline, the audit trail and the reminders.</summary>
    private async Task<(long Timeline, long Audit, long Reminders)> CountEntriesAsync(string kind) => (
        await _silo.CountAsync("select count(*) from stream_timeline where stream_id = @_id and kind = @kind", new { _id, kind }),
        await _silo.CountAsync("select count(*) from audit_log where resource = @key", new { key = GrainKeys.Stream(_id) }),
        kind == "registered" ? 0 : await _silo.CountAsync("select count(*) from reminders where grain_key = @key", new { key = GrainKeys.Stream(_id) }));

    private Task<StreamOutcome> RegisterAsync() => Stream.Register(
        new RegisterStream(_owner.UserId!.Value, "One", _source.Url.AbsoluteUri, null, null, "", "", Visibility.Public, Monetized: false));

    private async Task<bool> DeleteAsync()
    {
        await Stream.Delete(_owner);
        return true;
    }

    private static void Describe(string action) => RequestContext.Set(AuditContext.Action, action);
}
