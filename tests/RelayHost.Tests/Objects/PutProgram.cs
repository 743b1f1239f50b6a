using System.Globalization;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AudioOrleans.RelayHost.Tests.Objects;

/// <summary>Puts objects in a process of its own: one that a test kills amid it, or many whose memory is measured with no other test beside.</summary>
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
            await store.PutAsync(Key, new Noise(long.MaxValue) { BeforeRead = TellAsync }, "audio/mpeg");
        return 0;
    }

    // More than two parts of an object in S3; then it waits to be killed.
    private static async Task TellAsync(long sent)
    {
        if (sent < 40 << 20)
            return;
        await Console.Error.WriteLineAsync(Ready);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>The bytes that live amid many puts, and those that were allocated for all of them.</summary>
    private static async Task<string> MeasureAsync(IObjectStore store)
    {
        await store.PutAsync("warm", new Noise(1), "audio/mpeg");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var allocatedBefore = GC.GetTotalAllocatedBytes();
        var waiting = 0;
        var goOn = new TaskCompletionSource();
        var puts = Enumerable.Range(0, Puts).Select(i => store.PutAsync($"many/{i}", new Noise(Length, i)
        {
            // All are held when most of each has been read: what lives then would live with a thousand mebibytes too.
            BeforeRead = async at =>
            {
                if (at < Length - (1 << 20) || goOn.Task.IsCompleted)
                    return;
                Interlocked.Increment(ref waiting);
                await goOn.Task;
            },
        }, "audio/mpeg")).ToList();
        await Eventually.That(() => Volatile.Read(ref waiting) == Puts || puts.Any(put => put.IsFaulted), TimeSpan.FromSeconds(60), "all puts are under way");
        var live = GC.GetTotalMemory(forceFullCollection: true) - before;
        goOn.SetResult();
        await Task.WhenAll(puts);
        return string.Create(CultureInfo.InvariantCulture, $"{live} {GC.GetTotalAllocatedBytes() - allocatedBefore}");
    }
}
