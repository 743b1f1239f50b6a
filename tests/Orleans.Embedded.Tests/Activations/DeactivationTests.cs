using Audio.Orleans.Embedded.Tests.Support;
#if ENGINE_EMBEDDED
using Orleans.Configuration;
#endif

namespace Audio.Orleans.Embedded.Tests.Activations;

public class DeactivationTests
{
    [Fact]
    public async Task A_grain_activates_with_its_first_call_and_stays()
    {
        await using var silo = await TestSilo.StartAsync();
        var key = TestSilo.NewKey();
        var grain = silo.Grains.GetGrain<ILifeGrain>(key);
        Assert.Empty(Diary.Read(key));
        Assert.Equal(await grain.Touch().Soon(), await grain.Touch().Soon());
        Assert.Equal(["activated"], Diary.Read(key));
    }

    [Fact]
    public async Task A_grain_that_leaves_is_deactivated_and_the_next_call_finds_a_new_one()
    {
        await using var silo = await TestSilo.StartAsync();
        var key = TestSilo.NewKey();
        var grain = silo.Grains.GetGrain<ILifeGrain>(key);
        var first = await grain.Touch().Soon();
        await grain.Leave().Soon();
        Assert.NotEqual(first, await grain.Touch().Soon());
        await Diary.Until(key, "disposed");
        Assert.Equal(1, Diary.Count(key, "deactivated ApplicationRequested"));
        Assert.Equal(2, Diary.Count(key, "activated"));
    }

    [Fact]
    public async Task Calls_that_arrive_while_a_grain_leaves_go_to_the_new_one()
    {
        await using var silo = await TestSilo.StartAsync();
        var key = TestSilo.NewKey();
        var grain = silo.Grains.GetGrain<ILifeGrain>(key);
        var first = await grain.Touch().Soon();
        var gate = Gate.New(out var name);
        var leaving = grain.LeaveAndHold(name);
        await gate.Entered;
        var late = Enumerable.Range(0, 10).Select(_ => grain.Touch()).ToArray();
        Assert.Equal(0, Diary.Count(key, "deactivated ApplicationRequested"));
        gate.Open();
        await leaving.Soon();
        var answers = await Task.WhenAll(late).Soon();
        Assert.Single(answers.Distinct());
        Assert.NotEqual(first, answers[0]);
        Assert.Equal(2, Diary.Count(key, "activated"));
    }

#if ENGINE_EMBEDDED
    // In a cluster a call is passed on twice at most (MaxForwardCount), then it fails with OrleansMessageRejectionException.
    [Fact]
    public async Task A_storm_of_calls_and_leavings_loses_no_call()
    {
        await using var silo = await TestSilo.StartAsync();
        var keys = Enumerable.Range(0, 8).Select(_ => TestSilo.NewKey()).ToArray();
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(i => Task.Run(async () =>
        {
            var grain = silo.Grains.GetGrain<ILifeGrain>(keys[i % keys.Length]);
            if (i % 7 == 0)
                await grain.Leave();
            else
                await grain.Touch();
        }))).Soon();
    }
#endif

    [Fact]
    public async Task Stopping_the_host_deactivates_all_grains()
    {
        var keys = Enumerable.Range(0, 20).Select(_ => TestSilo.NewKey()).ToArray();
        await using (var silo = await TestSilo.StartAsync())
            await Task.WhenAll(keys.Select(key => silo.Grains.GetGrain<ILifeGrain>(key).Touch())).Soon();
        Assert.All(keys, key => Assert.Equal(["activated", "deactivated ShuttingDown", "disposed"], Diary.Read(key)));
    }

    [Fact]
    public async Task Calls_during_the_stop_leave_no_grain_behind()
    {
        var keys = Enumerable.Range(0, 2000).Select(_ => TestSilo.NewKey()).ToArray();
        var silo = await TestSilo.StartAsync();
        var calls = keys.Select(key => Task.Run(() => silo.Grains.GetGrain<ILifeGrain>(key).Touch())).ToArray();
        await silo.Host.StopAsync().Soon();
        await Task.WhenAny(Task.WhenAll(calls), Task.Delay(TimeSpan.FromSeconds(5), TimeProvider.System));
        Assert.All(keys, key => Assert.Equal(Diary.Count(key, "activated"), Diary.Count(key, "disposed")));
        silo.Host.Dispose();
    }

    [Fact]
    public async Task Stopping_waits_for_running_calls_but_not_longer_than_the_host_allows()
    {
        await using var silo = await TestSilo.StartAsync();
        var gate = Gate.New(out var name);
        var held = silo.Grains.GetGrain<ILifeGrain>(TestSilo.NewKey()).HoldOn(name);
        await gate.Entered;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(0.3), TimeProvider.System);
        await silo.Host.StopAsync(limit.Token).Soon();
        await Assert.ThrowsAnyAsync<Exception>(() => held.Soon());
        gate.Open();
    }

    [Fact]
    public async Task After_the_stop_calls_fail_at_once()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ILifeGrain>(TestSilo.NewKey());
        await silo.Host.StopAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => grain.Touch().Soon());
    }

    [Fact]
    public async Task A_failure_to_activate_reaches_the_caller_and_the_next_call_tries_again()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IFailingGrain>(TestSilo.NewKey());
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Touch().Soon());
        Assert.Equal("no luck", failure.Message);
        await grain.Touch().Soon();
    }

    [Fact]
    public async Task A_failing_constructor_reaches_the_caller()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IFailingInConstructorGrain>(TestSilo.NewKey());
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => grain.Touch().Soon());
        Assert.Equal("no luck at all", failure.GetBaseException().Message);
    }

#if ENGINE_EMBEDDED
    [Fact]
    public async Task A_grain_that_nobody_calls_is_collected_after_its_age()
    {
        await using var silo = await TestSilo.StartAsync(clock: new());
        var (idle, used, delayed, kept) = (TestSilo.NewKey(), TestSilo.NewKey(), TestSilo.NewKey(), TestSilo.NewKey());
        await silo.Grains.GetGrain<ILifeGrain>(idle).Touch().Soon();
        await silo.Grains.GetGrain<ILifeGrain>(delayed).StayFor(TimeSpan.FromHours(1)).Soon();
        await silo.Grains.GetGrain<IKeptGrain>(kept).Touch().Soon();
        for (var minute = 0; minute < 20; minute++)
        {
            await silo.Grains.GetGrain<ILifeGrain>(used).Touch().Soon();
            silo.Clock.Advance(TimeSpan.FromMinutes(1));
            if (minute == 13)
                Assert.Equal(["activated"], Diary.Read(idle));
        }

        await Diary.Until(idle, "disposed");
        Assert.Equal(["activated", "deactivated ActivationIdle", "disposed"], Diary.Read(idle));
        Assert.Equal(["activated"], Diary.Read(used));
        Assert.Equal(["activated"], Diary.Read(delayed));
        Assert.Empty(Diary.Read(kept));
        silo.Clock.Advance(TimeSpan.FromMinutes(60));
        await Diary.Until(delayed, "deactivated ActivationIdle");
        Assert.Empty(Diary.Read(kept));
    }

    [Fact]
    public async Task A_grain_that_works_is_not_collected_however_long_it_takes()
    {
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromDays(1)), new());
        var key = TestSilo.NewKey();
        var gate = Gate.New(out var name);
        var held = silo.Grains.GetGrain<ILifeGrain>(key).HoldOn(name);
        await gate.Entered;
        silo.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(["activated"], Diary.Read(key));
        gate.Open();
        await held.Soon();
    }
#endif
}
