using AudioOrleans.RelayHost.Relays;

namespace AudioOrleans.RelayHost.Tests.Relays;

public sealed class BackoffTests
{
    [Fact]
    public void Pauses_double_up_to_half_a_minute()
    {
        var backoff = new Backoff(() => 1);
        Assert.Equal([1, 2, 4, 8, 16, 30, 30, 30], Enumerable.Range(0, 8).Select(_ => backoff.Next().TotalSeconds));
        backoff.Reset();
        Assert.Equal(1, backoff.Next().TotalSeconds);
    }

    [Fact]
    public void No_pause_is_shorter_than_a_tenth_of_a_second_after_any_number_of_tries()
    {
        var backoff = new Backoff(() => 0);
        for (var i = 0; i < 100_000; i++)
            Assert.Equal(100, backoff.Next().TotalMilliseconds);
    }

    [Fact]
    public void Pauses_are_spread_over_the_whole_range()
    {
        var backoff = new Backoff(Random.Shared.NextDouble);
        var pauses = Enumerable.Range(0, 1000).Select(_ => backoff.Next().TotalSeconds).ToList();
        Assert.All(pauses, pause => Assert.InRange(pause, 0.1, 30));
        Assert.InRange(pauses.Average(), 13, 17);
        Assert.All(Enumerable.Range(0, 1000), _ => Assert.InRange(backoff.Around(TimeSpan.FromMinutes(1)).TotalSeconds, 48, 72));
    }
}
