using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Calls;

public class TurnTests : IAsyncLifetime
{
    private TestSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    private IWorkGrain NewGrain() => _silo.Grains.GetGrain<IWorkGrain>(TestSilo.NewKey());

    [Fact]
    public async Task A_call_brings_its_answer() => Assert.Equal(5, await NewGrain().Add(2, 3).Soon());

    [Fact]
    public async Task No_two_calls_of_a_grain_run_at_once()
    {
        var grain = NewGrain();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => grain.CountWithAwaits(20)))).Soon();
        Assert.Equal(1001, await grain.CountWithAwaits(1));
        Assert.Equal(1, await grain.HighestOverlap());
    }

    [Fact]
    public async Task An_await_comes_back_to_the_grains_turn() => Assert.True(await NewGrain().ComesBackToItsTurn().Soon());

    [Fact]
    public async Task Two_grains_run_side_by_side()
    {
        var gate = Gate.New(out var name);
        var held = NewGrain().Hold(name);
        await gate.Entered;
        Assert.Equal(2, await NewGrain().Add(1, 1).Soon());
        gate.Open();
        await held.Soon();
    }

    [Fact]
    public async Task A_second_call_waits_until_the_first_is_done()
    {
        var grain = NewGrain();
        Gate first = Gate.New(out var one), second = Gate.New(out var two);
        var firstCall = grain.Hold(one);
        await first.Entered;
        var secondCall = grain.Hold(two);
        await NewGrain().Add(1, 1).Soon();
        Assert.False(second.IsEntered);
        first.Open();
        await second.Entered;
        second.Open();
        await Task.WhenAll(firstCall, secondCall).Soon();
    }

    [Fact]
    public async Task Waiting_calls_run_in_the_order_they_came()
    {
        var key = TestSilo.NewKey();
        var grain = _silo.Grains.GetGrain<IWorkGrain>(key);
        var gate = Gate.New(out var name);
        var held = grain.Hold(name);
        await gate.Entered;
        for (var i = 0; i < 20; i++)
            await grain.Note($"{i}");
        gate.Open();
        await held.Soon();
        await Diary.Until(key, "19");
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), Diary.Read(key));
    }

    [Fact]
    public async Task Calls_of_a_reentrant_grain_interleave()
    {
        var grain = _silo.Grains.GetGrain<IReentrantGrain>(Guid.NewGuid());
        Gate first = Gate.New(out var one), second = Gate.New(out var two);
        var calls = new[] { grain.Hold(one), grain.Hold(two) };
        await first.Entered;
        await second.Entered;
        first.Open();
        second.Open();
        await Task.WhenAll(calls).Soon();
    }

    [Fact]
    public async Task Interleaving_calls_take_turns_and_never_run_at_the_same_moment()
    {
        var grain = _silo.Grains.GetGrain<IReentrantGrain>(Guid.NewGuid());
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => grain.CountBetweenAwaits(200)))).Soon();
        Assert.Equal(4001, await grain.CountBetweenAwaits(1).Soon());
    }

    [Fact]
    public async Task An_always_interleaving_call_runs_beside_any_other()
    {
        var grain = NewGrain();
        Gate first = Gate.New(out var one), second = Gate.New(out var two);
        var held = grain.Hold(one);
        await first.Entered;
        var beside = grain.HoldInterleaving(two);
        await second.Entered;
        second.Open();
        await beside.Soon();
        Assert.False(held.IsCompleted);
        first.Open();
        await held.Soon();
    }

    [Fact]
    public async Task Reading_calls_run_beside_each_other_but_not_beside_a_writing_one()
    {
        var grain = NewGrain();
        Gate first = Gate.New(out var one), second = Gate.New(out var two), writing = Gate.New(out var three);
        var reads = new[] { grain.HoldReading(one), grain.HoldReading(two) };
        await first.Entered;
        await second.Entered;
        var write = grain.Hold(three);
        await NewGrain().Add(1, 1).Soon();
        Assert.False(writing.IsEntered);
        first.Open();
        second.Open();
        await Task.WhenAll(reads).Soon();
        await writing.Entered;

        var lateGate = Gate.New(out var four);
        var late = grain.HoldReading(four);
        await NewGrain().Add(1, 1).Soon();
        Assert.False(lateGate.IsEntered);
        writing.Open();
        await write.Soon();
        lateGate.Open();
        await late.Soon();
    }

    [Fact]
    public async Task A_value_task_brings_its_answer_too()
    {
        var grain = NewGrain();
        Assert.Equal("yes", await grain.AnswerByValueTask("yes").AsTask().Soon());
        await grain.DoByValueTask().AsTask().Soon();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_caller_gets_the_exception_that_the_grain_threw(bool atOnce)
    {
        var grain = NewGrain();
        var thrown = await Assert.ThrowsAsync<WorkFailedException>(() => (atOnce ? grain.ThrowAtOnce("broken") : grain.Throw("broken")).Soon());
        Assert.Equal("broken", thrown.Message);
    }

    [Fact]
    public async Task A_one_way_call_is_over_at_once_and_its_failure_is_not_the_callers()
    {
        var key = TestSilo.NewKey();
        var grain = _silo.Grains.GetGrain<IWorkGrain>(key);
        var gate = Gate.New(out var name);
        var held = grain.Hold(name);
        await gate.Entered;
        Assert.True(grain.NoteAndThrow("came").IsCompletedSuccessfully);
        gate.Open();
        await held.Soon();
        await Diary.Until(key, "came");
    }
}
