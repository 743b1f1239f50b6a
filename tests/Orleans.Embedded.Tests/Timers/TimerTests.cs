using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Timers;

public interface ITickGrain : IGrainWithStringKey
{
    Task Start(string name, TimeSpan due, TimeSpan period, bool interleave = false, bool keepAlive = false);

    Task StartHolding(string gate, TimeSpan due, bool interleave);

    Task StartFailing(TimeSpan period);

    Task StartOutsideOfTheTurn();

    Task Change(TimeSpan due, TimeSpan period);

    Task Stop();

    Task Hold(string gate);

    Task Leave();
}

public class TickGrain : Grain, ITickGrain
{
    private IGrainTimer? _timer;

    private string Key => this.GetPrimaryKeyString();

    public Task Start(string name, TimeSpan due, TimeSpan period, bool interleave, bool keepAlive)
    {
        _timer = this.RegisterGrainTimer(
            (text, token) =>
            {
                token.Register(() => Diary.Write(Key, $"{text} ended"));
                Diary.Write(Key, TaskScheduler.Current == TaskScheduler.Default ? "outside" : text);
                return Task.CompletedTask;
            },
            name,
            new() { DueTime = due, Period = period, Interleave = interleave, KeepAlive = keepAlive });
        return Task.CompletedTask;
    }

    public Task StartHolding(string gate, TimeSpan due, bool interleave)
    {
        _timer = this.RegisterGrainTimer(
            () => Gate.Of(gate).Pass(), new() { DueTime = due, Period = Timeout.InfiniteTimeSpan, Interleave = interleave });
        return Task.CompletedTask;
    }

    public Task StartFailing(TimeSpan period)
    {
        this.RegisterGrainTimer(
            () =>
            {
                Diary.Write(Key, "failing");
                throw new InvalidOperationException("a tick that fails");
            },
            period,
            period);
        return Task.CompletedTask;
    }

    public async Task StartOutsideOfTheTurn() =>
        await Task.Run(() => this.RegisterGrainTimer(() => Task.CompletedTask, TimeSpan.Zero, TimeSpan.FromSeconds(1)));

    public Task Change(TimeSpan due, TimeSpan period)
    {
        _timer!.Change(due, period);
        return Task.CompletedTask;
    }

    public Task Stop()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task Hold(string gate) => Gate.Of(gate).Pass();

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Diary.Write(Key, "deactivated");
        return Task.CompletedTask;
    }
}

public class TimerTests
{
    private static readonly TimeSpan Tenth = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task A_timer_ticks_in_the_grains_turn_again_and_again()
    {
        await using var silo = await TestSilo.StartAsync();
        var key = TestSilo.NewKey();
        await silo.Grains.GetGrain<ITickGrain>(key).Start("tick", TimeSpan.Zero, Tenth).Soon();
        await Diary.Until(key, "tick", 3);
        Assert.Equal(0, Diary.Count(key, "outside"));
    }

    [Fact]
    public async Task A_timer_that_fails_ticks_on()
    {
        await using var silo = await TestSilo.StartAsync();
        var key = TestSilo.NewKey();
        await silo.Grains.GetGrain<ITickGrain>(key).StartFailing(Tenth).Soon();
        await Diary.Until(key, "failing", 3);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_tick_waits_for_the_running_call_unless_it_may_interleave(bool interleave)
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ITickGrain>(TestSilo.NewKey());
        Gate call = Gate.New(out var one), tick = Gate.New(out var two);
        await grain.StartHolding(two, TimeSpan.FromMilliseconds(200), interleave).Soon();
        var held = grain.Hold(one);
        await call.Entered;
        if (interleave)
        {
            await tick.Entered;
        }
        else
        {
            await Task.Delay(TimeSpan.FromMilliseconds(400), TimeProvider.System);
            Assert.False(tick.IsEntered);
        }

        call.Open();
        await held.Soon();
        await tick.Entered;
        tick.Open();
    }

    [Fact]
    public async Task A_call_waits_for_a_tick_that_takes_its_time()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ITickGrain>(TestSilo.NewKey());
        Gate call = Gate.New(out var one), tick = Gate.New(out var two);
        await grain.StartHolding(two, TimeSpan.Zero, false).Soon();
        await tick.Entered;
        var held = grain.Hold(one);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.False(call.IsEntered);
        tick.Open();
        await call.Entered;
        call.Open();
        await held.Soon();
    }

    [Fact]
    public async Task A_timer_is_made_in_its_grains_turn_only()
    {
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<ITickGrain>(TestSilo.NewKey());
        await Assert.ThrowsAnyAsync<Exception>(() => grain.StartOutsideOfTheTurn().Soon());
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation_and_its_token_says_so()
    {
        await using var silo = await TestSilo.StartAsync();
        var key = TestSilo.NewKey();
        var grain = silo.Grains.GetGrain<ITickGrain>(key);
        await grain.Start("tick", TimeSpan.Zero, TimeSpan.FromMilliseconds(20)).Soon();
        await Diary.Until(key, "tick");
        await grain.Leave().Soon();
        await Diary.Until(key, "deactivated");
        await Diary.Until(key, "tick ended");
        var ticks = Diary.Count(key, "tick");
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        Assert.Equal(ticks, Diary.Count(key, "tick"));
    }

#if ENGINE_EMBEDDED
    [Fact]
    public async Task A_timer_ticks_when_due_and_then_each_period_after_the_last_tick_ended()
    {
        await using var silo = await TestSilo.StartAsync(clock: new());
        var key = TestSilo.NewKey();
        var grain = silo.Grains.GetGrain<ITickGrain>(key);
        await grain.Start("tick", TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)).Soon();
        silo.Clock.Advance(TimeSpan.FromSeconds(4.9));
        await grain.Hold(Opened()).Soon();
        Assert.Equal(0, Diary.Count(key, "tick"));
        silo.Clock.Advance(TimeSpan.FromSeconds(0.1));
        await Diary.Until(key, "tick", 1);
        for (var ticks = 2; ticks < 5; ticks++)
        {
            await grain.Hold(Opened()).Soon();
            silo.Clock.Advance(TimeSpan.FromSeconds(1));
            await Diary.Until(key, "tick", ticks);
        }

        await grain.Change(TimeSpan.FromSeconds(60), Timeout.InfiniteTimeSpan).Soon();
        silo.Clock.Advance(TimeSpan.FromSeconds(59));
        await grain.Hold(Opened()).Soon();
        Assert.Equal(4, Diary.Count(key, "tick"));
        silo.Clock.Advance(TimeSpan.FromSeconds(1));
        await Diary.Until(key, "tick", 5);
        silo.Clock.Advance(TimeSpan.FromSeconds(600));
        await grain.Hold(Opened()).Soon();
        Assert.Equal(5, Diary.Count(key, "tick"));
    }

    [Fact]
    public async Task Ticks_keep_a_grain_alive_only_if_they_are_to()
    {
        await using var silo = await TestSilo.StartAsync(clock: new());
        var (kept, left) = (TestSilo.NewKey(), TestSilo.NewKey());
        var minute = TimeSpan.FromMinutes(1);
        await silo.Grains.GetGrain<ITickGrain>(kept).Start("tick", minute, minute, keepAlive: true).Soon();
        await silo.Grains.GetGrain<ITickGrain>(left).Start("tick", minute, minute).Soon();
        for (var i = 1; i <= 14; i++)
        {
            silo.Clock.Advance(minute);
            await Diary.Until(kept, "tick", i);
            await Diary.Until(left, "tick", i);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }

        silo.Clock.Advance(3 * minute);
        await Diary.Until(left, "deactivated");
        Assert.Equal(0, Diary.Count(kept, "deactivated"));
    }
#endif

    private static string Opened()
    {
        Gate.New(out var name).Open();
        return name;
    }
}
