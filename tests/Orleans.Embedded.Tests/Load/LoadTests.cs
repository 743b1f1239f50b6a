#if ENGINE_EMBEDDED
using Audio.Orleans.Embedded.Tests.Activations;
using Audio.Orleans.Embedded.Tests.Calls;
using Audio.Orleans.Embedded.Tests.Support;
using Xunit.Abstractions;

namespace Audio.Orleans.Embedded.Tests.Load;

/// <summary>Numbers are printed; the limits leave room for slow machines and other work beside.</summary>
[Collection("alone")]
[CollectionDefinition("alone", DisableParallelization = true)]
public class LoadTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_hundred_thousand_activations_live_side_by_side()
    {
        const int Count = 100_000;
        await using var silo = await TestSilo.StartAsync();
        await silo.Grains.GetGrain<INumberGrain>(-1).Key().Soon();
        var before = GC.GetTotalMemory(true);
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Count; i += 1000)
            await Task.WhenAll(Enumerable.Range(i, 1000).Select(key => silo.Grains.GetGrain<INumberGrain>(key).Key())).Soon();
        var took = TimeProvider.System.GetElapsedTime(began);
        var each = (GC.GetTotalMemory(true) - before) / Count;
        output.WriteLine($"{each} bytes per activation, {took.TotalMicroseconds / Count:F1} microseconds to make one");
        Assert.InRange(each, 0, 2048);
        Assert.Equal(Count - 1, await silo.Grains.GetGrain<INumberGrain>(Count - 1).Key().Soon());
    }

    [Fact]
    public async Task A_warm_call_costs_microseconds()
    {
        const int Count = 200_000;
        await using var silo = await TestSilo.StartAsync();
        var grain = silo.Grains.GetGrain<IWorkGrain>(TestSilo.NewKey());
        for (var i = 0; i < 20_000; i++)
            await grain.Add(i, 1);
        var bytes = GC.GetTotalAllocatedBytes(true);
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < Count; i++)
            await grain.Add(i, 1);
        var each = TimeProvider.System.GetElapsedTime(began).TotalMicroseconds / Count;
        var allocated = (GC.GetTotalAllocatedBytes(true) - bytes) / Count;

        began = TimeProvider.System.GetTimestamp();
        var grains = Enumerable.Range(0, 64).Select(_ => silo.Grains.GetGrain<IWorkGrain>(TestSilo.NewKey())).ToArray();
        await Task.WhenAll(grains.Select(async one =>
        {
            for (var i = 0; i < Count / grains.Length; i++)
                await one.Add(i, 1);
        })).Soon();
        var busy = TimeProvider.System.GetElapsedTime(began).TotalMicroseconds / Count;
        output.WriteLine($"{each:F2} microseconds and {allocated} bytes one after the other; {busy:F2} microseconds with 64 callers at once");
        Assert.InRange(each, 0, 100);
        Assert.InRange(allocated, 0, 2048);
    }

    [Fact]
    public async Task A_stop_with_many_activations_ends_in_time()
    {
        await using var silo = await TestSilo.StartAsync();
        var keys = Enumerable.Range(0, 10_000).Select(_ => TestSilo.NewKey()).ToArray();
        await Task.WhenAll(keys.Select(key => silo.Grains.GetGrain<ILifeGrain>(key).Touch())).Soon();
        await silo.Host.StopAsync().Soon();
        Assert.All(keys, key => Assert.Equal(1, Diary.Count(key, "deactivated ShuttingDown")));
    }
}
#endif
