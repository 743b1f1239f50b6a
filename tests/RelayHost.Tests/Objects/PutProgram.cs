using System.Globalization;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AudioOrleans.RelayHost.Tests.Objects;

/// <summary>Puts objects in a separate process: one object until a test kills the process, or many to measure their memory without other tests.</summary>
internal static class PutProgram
{
    public const string Key = "killed/object";

    public const string Ready = "on its way";

    public const int Puts = 20, Length = 20 << 20;

    /// <summary>The program; its arguments are what to do, the data folder, and settings such as <c>Objects:Kind=disk</c>.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var settings = arguments[2..].Select(setting => setting.Split('=', 2)).Select(pair => KeyValuePair.Create<string, string?>(pair[0], pair[1]));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        await using var services = new ServiceCollection().AddObjectStore(configuration, arguments[1]).BuildServiceProvider();
        var store = services.GetRequiredService<IObjectStore>();
        if (arguments[0] == "measure")
            await Console.Out.WriteLineAsync(await MeasureAsync(store));
        else
            await store.PutAsync(Key, new Noise(long.MaxValue) { BeforeRead = ReportAsync }, "audio/mpeg");
        return 0;
    }

    // Reports after more than two parts of an object in S3, and waits to be killed.
    private static async Task ReportAsync(long sent)
    {
        if (sent < 40 << 20)
            return;
        await Console.Error.WriteLineAsync(Ready);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>The live bytes during many puts, and the bytes that were allocated for all of them.</summary>
    private static async Task<string> MeasureAsync(IObjectStore store)
    {
        await store.PutAsync("warm", new Noise(1), "audio/mpeg");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var allocatedBefore = GC.GetTotalAllocatedBytes();
        var waiting = 0;
        var resume = new TaskCompletionSource();
        var puts = Enumerable.Range(0, Puts).Select(i => store.PutAsync($"many/{i}", new Noise(Length, i)
        {
            // All puts wait after most of their content was read. Much larger objects would use as much memory at this point.
            BeforeRead = async at =>
            {
                if (at < Length - (1 << 20) || resume.Task.IsCompleted)
                    return;
                Interlocked.Increment(ref waiting);
                await resume.Task;
            },
        }, "audio/mpeg")).ToList();
        await Eventually.That(() => Volatile.Read(ref waiting) == Puts || puts.Any(put => put.IsFaulted), TimeSpan.FromSeconds(60), "all puts are in progress");
        var live = GC.GetTotalMemory(forceFullCollection: true) - before;
        resume.SetResult();
        await Task.WhenAll(puts);
        return string.Create(CultureInfo.InvariantCulture, $"{live} {GC.GetTotalAllocatedBytes() - allocatedBefore}");
    }
}
