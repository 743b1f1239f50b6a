using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Testing;
using Dapper;
using Orleans.Storage;

namespace AudioOrleans.Grains.Tests.Operations;

public sealed class OperationTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly string _key = $"tally/{Guid.NewGuid():D}";
    private readonly string _other = $"tally/{Guid.NewGuid():D}";
    private readonly Operation _first = Operation.New();
    private string _connectionString = null!;
    private OperationSilo _silo = null!;

    private ITallyGrain Tally => _silo.Grains.GetGrain<ITallyGrain>(_key);

    private ITallyGrain Other => _silo.Grains.GetGrain<ITallyGrain>(_other);

    public async Task InitializeAsync() => _silo = await OperationSilo.StartAsync(_connectionString = await PostgresServer.NewDatabaseAsync());

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task A_repeat_after_a_lost_response_gets_the_same_result_and_changes_nothing()
    {
        Assert.Equal(5, await _silo.CallTwiceAsync(nameof(ITallyGrain.Add), () => Tally.Add(5)));
        Assert.Equal(5, await Tally.Get());
    }

    [Fact]
    public async Task A_repeat_makes_the_change_if_the_first_attempt_has_not_arrived()
    {
        Assert.Equal(5, await OperationSilo.CallAsync(_first.Again(), () => Tally.Add(5)));
        // The first attempt then arrives late and changes nothing.
        Assert.Equal(5, await OperationSilo.CallAsync(_first, () => Tally.Add(5)));
        Assert.Equal(5, await Tally.Get());
    }

    [Fact]
    public async Task A_method_that_one_attempt_calls_twice_runs_twice()
    {
        await OperationSilo.CallAsync(_first, () => Tally.Add(1));
        Assert.Equal(3, await OperationSilo.CallAsync(_first, () => Tally.Add(2)));
        Assert.Equal(2 + 1, await OperationSilo.CallAsync(_first, () => Tally.AddTwiceTo(_other)));
        Assert.Equal(2, await Other.Get());
    }

    [Fact]
    public async Task Each_participating_grain_is_changed_once()
    {
        // The inner response is lost: only the outer call is made again.
        Assert.Equal(2, await _silo.CallTwiceAsync(nameof(ITallyGrain.Add), () => Tally.AddToBoth(_other)));
        Assert.Equal((1, 1), (await Tally.Get(), await Other.Get()));
        // The outer response is lost.
        Assert.Equal(4, await _silo.CallTwiceAsync(nameof(ITallyGrain.AddToBoth), () => Tally.AddToBoth(_other)));
        Assert.Equal((2, 2), (await Tally.Get(), await Other.Get()));
    }

    [Fact]
    public async Task A_refusal_is_evaluated_again_unless_something_was_changed_before_it()
    {
        await Tally.Add(1);
        var refused = await Assert.ThrowsAsync<AudioException>(() => OperationSilo.CallAsync(_first, () => Tally.RefuseUnlessEmpty()));
        Assert.Equal(AudioError.Conflict, refused.Error);
        await Tally.Add(-1);
        Assert.Equal(1, await OperationSilo.CallAsync(_first.Again(), () => Tally.RefuseUnlessEmpty()));

        foreach (var operation in new[] { _first, _first.Again() })
        {
            refused = await Assert.ThrowsAsync<AudioException>(() => OperationSilo.CallAsync(operation, () => Tally.AddAndFail(asRefusal: true)));
            Assert.Equal((AudioError.Invalid, "number", "Expected another."), (refused.Error, refused.Field, refused.Message));
            Assert.Equal(FieldCodes.OutOfRange, refused.Code);
        }
        Assert.Equal(2, await Tally.Get());
    }

    [Fact]
    public async Task A_repeat_of_a_call_that_failed_after_its_change_reports_a_lost_answer()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => OperationSilo.CallAsync(_first, () => Tally.AddAndFail(asRefusal: false)));
        var lost = await Assert.ThrowsAsync<AudioException>(() => OperationSilo.CallAsync(_first.Again(), () => Tally.AddAndFail(asRefusal: false)));
        Assert.Equal(AudioError.AnswerLost, lost.Error);
        Assert.Equal(1, await Tally.Get());
    }

    [Fact]
    public async Task A_repeat_on_another_silo_gets_the_same_result()
    {
        await using var second = await OperationSilo.StartAsync(_connectionString);
        var there = second.Grains.GetGrain<ITallyGrain>(_key);
        Assert.Equal(0, await there.Get());
        Assert.Equal(5, await OperationSilo.CallAsync(_first, () => Tally.Add(5)));
        Assert.Equal(5, await OperationSilo.CallAsync(_first.Again(), () => there.Add(5)));
    }

    [Fact]
    public async Task A_late_duplicate_on_another_silo_is_rolled_back()
    {
        await using var second = await OperationSilo.StartAsync(_connectionString);
        var there = second.Grains.GetGrain<ITallyGrain>(_key);
        Assert.Equal(0, await there.Get());
        Assert.Equal(5, await OperationSilo.CallAsync(_first.Again(), () => Tally.Add(5)));
        // The first try fails because of the stale state; after the state is read again, the stored operation prevents the change.
        await Assert.ThrowsAsync<InconsistentStateException>(() => OperationSilo.CallAsync(_first, () => there.Add(5)));
        Assert.Equal(5, await OperationSilo.CallAsync(_first, () => there.Add(5)));
        Assert.Equal((5, 5), (await there.Get(), await Tally.Get()));
    }

    [Fact]
    public async Task One_of_several_concurrent_attempts_makes_the_change_and_all_get_its_result()
    {
        var others = await Task.WhenAll(OperationSilo.StartAsync(_connectionString), OperationSilo.StartAsync(_connectionString));
        for (var round = 0; round < 20; round++)
        {
            var (operation, key) = (Operation.New(), $"tally/{Guid.NewGuid():D}");
            var answers = await Task.WhenAll(others.Append(_silo).Select(silo =>
                Task.Run(() => OperationSilo.CallAsync(operation.Again(), () => silo.Grains.GetGrain<ITallyGrain>(key).Add(1)))));
            Assert.Equal([1, 1, 1], answers);
            Assert.Equal(1, await _silo.CountAsync("select sum((state->>'sum')::int) from grain_state where grain_key = @key", new { key }));
        }
        foreach (var other in others)
            await other.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Background_work_of_a_call_is_not_part_of_its_operation(bool asTimer)
    {
        var recorder = new Recorder();
        var observer = _silo.Grains.CreateObjectReference<ITallyObserver>(recorder);
        await OperationSilo.CallAsync(_first, async () =>
        {
            await Tally.AddLater(observer, asTimer);
            return 0;
        });
        recorder.IsOver.SetResult();
        var inContext = await Eventually.Ends(recorder.InContext.Task, Deadline, "the background work has run");
        // A timer does not inherit the context of its call. Other background work does, but is still not part of the operation.
        Assert.Equal(!asTimer, inContext);
        Assert.Equal(1, await Tally.Get());
        Assert.Equal(0, await _silo.CountAsync("select count(*) from operations"));
    }

    [Fact]
    public async Task Calls_without_writes_and_calls_outside_of_operations_store_nothing()
    {
        await Tally.Add(1);
        await OperationSilo.CallAsync(_first, () => Tally.Get());
        Assert.Equal(0, await _silo.CountAsync("select count(*) from operations"));
    }

    [Fact]
    public async Task The_table_does_not_reveal_a_result()
    {
        await OperationSilo.CallAsync(_first, () => Tally.Add(123456));
        var row = await _silo.Database.RunAsync(connection => connection.QuerySingleAsync<string>("select o::text from operations o where sealed_answer is not null"));
        Assert.DoesNotContain("123456", row, StringComparison.Ordinal);
    }

    private sealed class Recorder : ITallyObserver
    {
        public TaskCompletionSource IsOver { get; } = new();

        public TaskCompletionSource<bool> InContext { get; } = new();

        public Task Over() => IsOver.Task;

        public Task Done(bool inContext)
        {
            InContext.TrySetResult(inContext);
            return Task.CompletedTask;
        }
    }
}
