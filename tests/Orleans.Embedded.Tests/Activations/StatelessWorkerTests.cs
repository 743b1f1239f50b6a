using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Activations;

public interface IPairGrain : IGrainWithStringKey
{
    Task<string> Hold(string gate);

    Task Leave();
}

[StatelessWorker(2)]
public class PairGrain : Grain, IPairGrain
{
    private readonly string _activation = Guid.NewGuid().ToString("N");

    public async Task<string> Hold(string gate)
    {
        await Gate.Of(gate).Pass();
        return _activation;
    }

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public class StatelessWorkerTests : IAsyncLifetime
{
    private TestSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task As_many_workers_as_allowed_work_side_by_side_and_no_more()
    {
        var grain = _silo.Grains.GetGrain<IPairGrain>(TestSilo.NewKey());
        Gate first = Gate.New(out var one), second = Gate.New(out var two), third = Gate.New(out var three);
        var calls = new List<Task<string>> { grain.Hold(one), grain.Hold(two) };
        await first.Entered;
        await second.Entered;
        calls.Add(grain.Hold(three));
        await _silo.Grains.GetGrain<ILifeGrain>(TestSilo.NewKey()).Touch().Soon();
        Assert.False(third.IsEntered);
        first.Open();
        second.Open();
        third.Open();
        Assert.Equal(2, (await Task.WhenAll(calls).Soon()).Distinct().Count());
    }

    [Fact]
    public async Task An_idle_worker_is_used_before_another_is_made()
    {
        var grain = _silo.Grains.GetGrain<IPairGrain>(TestSilo.NewKey());
        var gate = Gate.New(out var open);
        gate.Open();
        var workers = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            workers.Add(await grain.Hold(open).Soon());
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        Assert.Single(workers);
    }

    [Fact]
    public async Task Workers_that_leave_are_replaced()
    {
        var grain = _silo.Grains.GetGrain<IPairGrain>(TestSilo.NewKey());
        var gate = Gate.New(out var open);
        gate.Open();
        var first = await grain.Hold(open).Soon();
        await grain.Leave().Soon();
        Assert.NotEqual(first, await grain.Hold(open).Soon());
    }

#if ENGINE_EMBEDDED
    // In a cluster a call is passed on twice at most (MaxForwardCount), then it fails with OrleansMessageRejectionException.
    [Fact]
    public async Task A_storm_of_calls_and_leaving_workers_loses_no_call()
    {
        var grain = _silo.Grains.GetGrain<IPairGrain>(TestSilo.NewKey());
        var gate = Gate.New(out var open);
        gate.Open();
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => i % 5 == 0 ? grain.Leave() : grain.Hold(open))).Soon();
    }
#endif
}
