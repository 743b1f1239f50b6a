using AudioOrleans.Testing;

namespace AudioOrleans.Persistence.Tests.Testing;

public sealed class ManualTimeProviderTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _fired = [];

    [Fact]
    public void Timers_fire_in_the_order_of_their_due_times_and_see_their_own_due_time()
    {
        var start = _clock.GetUtcNow();
        using var late = Timer("late", 3);
        using var early = Timer("early", 1);
        using var same = Timer("same", 1);
        _clock.Advance(TimeSpan.FromSeconds(0.9));
        Assert.Empty(_fired);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["early 1", "same 1", "late 3"], _fired);
        Assert.Equal(start.AddSeconds(5.9), _clock.GetUtcNow());

        ITimer Timer(string name, double due) => _clock.CreateTimer(
            _ => _fired.Add($"{name} {(_clock.GetUtcNow() - start).TotalSeconds}"), null, TimeSpan.FromSeconds(due),
            Timeout.InfiniteTimeSpan);
    }

    [Fact]
    public void A_periodic_timer_fires_for_each_period_and_never_after_its_disposal()
    {
        var timer = _clock.CreateTimer(_ => _fired.Add("tick"), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        _clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(3, _fired.Count);
        Assert.True(timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(4, _fired.Count);
        timer.Dispose();
        Assert.False(timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(4, _fired.Count);
        Assert.Equal(0, _clock.PendingTimers);
    }

    [Fact]
    public async Task Timestamps_and_delays_follow_the_same_clock()
    {
        var start = _clock.GetTimestamp();
        var delay = Task.Delay(TimeSpan.FromMinutes(5), _clock, CancellationToken.None);
        _clock.Advance(TimeSpan.FromMinutes(4));
        Assert.False(delay.IsCompleted);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await Eventually.Ends(delay, TimeSpan.FromSeconds(5), "the delay is over");
        Assert.Equal(TimeSpan.FromMinutes(5), _clock.GetElapsedTime(start));
    }
}
