using AudioOrleans.Grains.Accounts;

namespace AudioOrleans.Grains.Tests.Accounts;

public sealed class FailureWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void After_the_allowed_failures_the_next_attempt_waits_until_the_first_failure_is_15_minutes_old()
    {
        var window = new FailureWindow(3);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(window.WaitAt(Start.AddMinutes(i)));
            window.Add(Start.AddMinutes(i));
        }
        Assert.Equal(TimeSpan.FromMinutes(13), window.WaitAt(Start.AddMinutes(2)));
        Assert.Equal(TimeSpan.FromSeconds(1), window.WaitAt(Start.AddMinutes(15).AddSeconds(-1)));
        Assert.Null(window.WaitAt(Start.AddMinutes(15)));
        window.Add(Start.AddMinutes(15));
        Assert.Equal(TimeSpan.FromMinutes(1), window.WaitAt(Start.AddMinutes(15)));
    }

    [Fact]
    public void A_failure_can_be_taken_back_and_the_oldest_still_counts()
    {
        var window = new FailureWindow(2);
        window.Add(Start);
        window.Add(Start.AddMinutes(5));
        window.TakeBack();
        Assert.Null(window.WaitAt(Start.AddMinutes(5)));
        window.Add(Start.AddMinutes(6));
        Assert.Equal(TimeSpan.FromMinutes(9), window.WaitAt(Start.AddMinutes(6)));
        window.Clear();
        window.TakeBack();
        Assert.Null(window.WaitAt(Start.AddMinutes(6)));
    }
}
