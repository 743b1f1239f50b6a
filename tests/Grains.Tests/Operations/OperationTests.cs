using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Testing;
using Dapper;
using Orleans.Storage;

namespace AudioOrleans.Grains.Tests.Operations;

public sealed class OperationTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

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
    public async Task A_repeat_after_a_lost_answer_gets_it_and_changes_nothing()
    {
        Assert.Equal(5, await _silo.CallTwiceAsync(nameof(ITallyGrain.Add), () => Tally.Add(5)));
        Assert.Equal(5, await Tally.Get());
    }

    [Fact]
    public async Task A_repeat_does_what_the_attempt_before_it_did_not()
    {
        Assert.Equal(5, await OperationSilo.CallAsync(_first.Again(), () => Tally.Add(5)));
        // And that attempt, come late, changes nothing any more.
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
    public async Task Each_grain_that_takes_part_is_changed_once()
    {
        // The inner answer is lost: only the outer call is done anew.
        Assert.Equal(2, await _silo.CallTwiceAsync(nameof(ITallyGrain.Add), () => Tally.AddToBoth(_other)));
        Assert.Equal((1, 1), (await Tally.Get(), await Other.Get()));
        // The outer one.
        Assert.Equal(4, await _silo.CallTwiceAsync(nameof(ITallyGrain.AddToBoth), () => Tally.AddToBoth(_other)));
        Assert.Equal((2, 2), (await Tally.Get(), await Other.Get()));
    }

    [Fact]
    public async Task A_refusal_is_decided_again_unless_something_was_changed_before()
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
    public async Task A_change_whose_answer_never_came_to_be_is_said_to_be_made()
    {
        await Assert.ThrowsAsync<TimeoutException>(() => OperationSilo.CallAsync(_first, () => Tally.AddAndFail(asRefusal: false)));
        var lost = await Assert.ThrowsAsync<AudioException>(() => OperationSilo.CallAsync(_first.Again(), () => Tally.AddAndFail(asRefusal: false)));
        Assert.Equal(AudioError.AnswerLost, lost.Error);
        Assert.Equal(1, await Tally.Get());
    }

    [Fact]
    public async Task A_repeat_on_a_silo_that_knows_nothing_of_it_gets_the_answer()
    {
        await using var second = await OperationSilo.StartAsync(_connectionString);
        var there = second.Grains.GetGrain<ITallyGrain>(_key);
        Assert.Equal(0, await there.Get());
        Assert.Equal(5, await OperationSilo.CallAsync(_first, () => Tally.Add(5)));
        Assert.Equal(5, await OperationSilo.CallAsync(_first.Again(), () => there.Add(5)));
    }

    [Fact]
    public async Task A_duplicate_that_comes_late_on_another_silo_is_undone()
    {
        await using var second = await OperationSilo.StartAsync(_connectionString);
        var there = second.Grains.GetGrain<ITallyGrain>(_key);
        Assert.Equal(0, await there.Get());
        Assert.Equal(5, await OperationSilo.CallAsync(_first.Again(), () => Tally.Add(5)));
        // First it is stopped by what it holds, which is old; having read anew, by the mark.
        await Assert.ThrowsAsync<InconsistentStateException>(() => OperationSilo.CallAsync(_first, () => there.Add(5)));
        Assert.Equal(5, await OperationSilo.CallAsync(_first, () => there.Add(5)));
        Assert.Equal((5, 5), (await there.Get(), await Tally.Get()));
    }

    [Fact]
    public async Task Of_attempts_that_come_at_once_one_changes_and_all_get_its_answer()
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
    public async Task What_a_call_leaves_behind_is_no_part_of_its_operation(bool asTimer)
    {
        var told = new Told();
        var observer = _silo.Grains.CreateObjectReference<ITallyObserver>(told);
        await OperationSilo.CallAsync(_first, async () =>
        {
            await Tally.AddLater(observer, asTimer);
            return 0;
        });
        told.IsOver.SetResult();
        var inContext = await Eventually.Ends(told.InContext.Task, Soon, "what was left has been done");
        // A timer has no context of its maker; what a call starts in any other way has, and still is no part of it.
        Assert.Equal(!asTimer, inContext);
        Assert.Equal(1, await Tally.Get());
        Assert.Equal(0, await _silo.CountAsync("select count(*) from operations"));
    }

    [Fact]
    public async Task Calls_that_write_nothing_and_calls_outside_of_operations_leave_nothing()
    {
        await Tally.Add(1);
        await OperationSilo.CallAsync(_first, () => Tally.Get());
        Assert.Equal(0, await _silo.CountAsync("select count(*) from operations"));
    }

    [Fact]
    public async Task The_table_does_not_give_an_answer_away()
    {
        await OperationSilo.CallAsync(_first, () => Tally.Add(123456));
        var row = await _silo.Database.RunAsync(connection => connection.QuerySingleAsync<string>("select o::text from operations o where sealed_answer is not null"));
        Assert.DoesNotContain("123456", row, StringComparison.Ordinal);
    }

    private sealed class Told : ITallyObserver
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
