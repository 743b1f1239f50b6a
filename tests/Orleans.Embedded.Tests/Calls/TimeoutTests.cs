using Audio.Orleans.Embedded.Tests.Support;
using Orleans.Configuration;

namespace Audio.Orleans.Embedded.Tests.Calls;

public class TimeoutTests
{
    [Fact]
    public async Task A_call_without_response_times_out()
    {
        await using var silo = await TestSilo.StartAsync(Timeout(1));
        var gate = Gate.New(out var name);
        await Assert.ThrowsAsync<TimeoutException>(() => silo.Grains.GetGrain<IWorkGrain>(TestSilo.NewKey()).Hold(name).Soon());
        gate.Open();
    }

    [Fact]
    public async Task A_grain_that_is_called_back_by_the_grain_it_calls_times_out()
    {
        await using var silo = await TestSilo.StartAsync(Timeout(1));
        var grain = silo.Grains.GetGrain<IWorkGrain>(TestSilo.NewKey());
        await Assert.ThrowsAsync<TimeoutException>(() => grain.CallThrough(TestSilo.NewKey()).Soon());
    }

    [Fact]
    public async Task A_call_chain_may_come_back_where_the_grain_allows_it()
    {
        await using var silo = await TestSilo.StartAsync(Timeout(5));
        var grain = silo.Grains.GetGrain<IWorkGrain>(TestSilo.NewKey());
        await grain.CallThroughReentrantly(TestSilo.NewKey()).Soon();
    }

    [Fact]
    public async Task A_grain_works_on_after_a_call_timed_out()
    {
        await using var silo = await TestSilo.StartAsync(Timeout(1));
        var grain = silo.Grains.GetGrain<IWorkGrain>(TestSilo.NewKey());
        var gate = Gate.New(out var name);
        await Assert.ThrowsAsync<TimeoutException>(() => grain.Hold(name).Soon());
        gate.Open();
        Assert.Equal(3, await grain.Add(1, 2).Soon());
    }

    [Fact]
    public async Task A_call_that_timed_out_in_the_queue_is_not_begun()
    {
        await using var silo = await TestSilo.StartAsync(Timeout(1));
        var grain = silo.Grains.GetGrain<IWorkGrain>(TestSilo.NewKey());
        await grain.Ping().Soon();
        Gate first = Gate.New(out var one), second = Gate.New(out var two);
        var held = grain.Hold(one);
        await first.Entered;
        await Assert.ThrowsAsync<TimeoutException>(() => grain.Hold(two).Soon());
        await Assert.ThrowsAsync<TimeoutException>(() => held.Soon());
        first.Open();
        Assert.Equal(3, await grain.Add(1, 2).Soon());
        Assert.False(second.IsEntered);
    }

#if ENGINE_EMBEDDED
    [Fact]
    public async Task The_timeout_is_thirty_seconds_unless_the_method_says_otherwise()
    {
        await using var silo = await TestSilo.StartAsync(clock: new());
        Gate first = Gate.New(out var one), second = Gate.New(out var two);
        var usual = silo.Grains.GetGrain<IWorkGrain>(TestSilo.NewKey()).Hold(one);
        var shorter = silo.Grains.GetGrain<IWorkGrain>(TestSilo.NewKey()).HoldWithShortTimeout(two);
        await first.Entered;
        await second.Entered;
        silo.Clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(shorter.IsCompleted);
        silo.Clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<TimeoutException>(() => shorter.Soon());
        silo.Clock.Advance(TimeSpan.FromSeconds(24));
        Assert.False(usual.IsCompleted);
        silo.Clock.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<TimeoutException>(() => usual.Soon());
        first.Open();
        second.Open();
    }
#endif

    private static Action<ISiloBuilder> Timeout(double seconds) =>
        silo => silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(seconds));
}
