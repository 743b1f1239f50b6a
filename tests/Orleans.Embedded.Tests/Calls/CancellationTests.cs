using Audio.Orleans.Embedded.Tests.Support;
using Orleans.Configuration;

namespace Audio.Orleans.Embedded.Tests.Calls;

public interface ICancellableGrain : IGrainWithStringKey
{
    Task WaitForCancel(string gate, CancellationToken token);

    Task<bool> CanCancel(CancellationToken token = default);
}

public class CancellableGrain : Grain, ICancellableGrain
{
    public async Task WaitForCancel(string gate, CancellationToken token)
    {
        _ = Gate.Of(gate).Pass();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        }
        finally
        {
            Diary.Write(this.GetPrimaryKeyString(), "cancelled");
        }
    }

    public Task<bool> CanCancel(CancellationToken token) => Task.FromResult(token.CanBeCanceled);
}

public class CancellationTests
{
    [Fact]
    public async Task Cancelling_a_call_ends_it_for_the_caller_and_tells_the_grain()
    {
        await using var silo = await TestSilo.StartAsync();
        var key = TestSilo.NewKey();
        var gate = Gate.New(out var name);
        using var cancellation = new CancellationTokenSource();
        var call = silo.Grains.GetGrain<ICancellableGrain>(key).WaitForCancel(name, cancellation.Token);
        await gate.Entered;
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        await Diary.Until(key, "cancelled");
    }

    [Fact]
    public async Task A_call_that_times_out_is_cancelled_in_the_grain()
    {
        await using var silo = await TestSilo.StartAsync(
            builder => builder.Configure<SiloMessagingOptions>(options =>
            {
                options.ResponseTimeout = TimeSpan.FromSeconds(1);
                options.CancelRequestOnTimeout = true;
            }));
        var key = TestSilo.NewKey();
        Gate.New(out var name);
        var grain = silo.Grains.GetGrain<ICancellableGrain>(key);
        Assert.True(await grain.CanCancel().Soon());
        await Assert.ThrowsAsync<TimeoutException>(() => grain.WaitForCancel(name, default).Soon());
        await Diary.Until(key, "cancelled");
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_it_is_made_is_not_made()
    {
        await using var silo = await TestSilo.StartAsync();
        var gate = Gate.New(out var name);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await silo.Grains.GetGrain<ICancellableGrain>(TestSilo.NewKey()).WaitForCancel(name, new(true)));
        Assert.False(gate.IsEntered);
    }
}
