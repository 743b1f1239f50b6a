using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using Xunit.Abstractions;

namespace AudioOrleans.RelayHost.Tests.Processes;

public sealed class ManyChildrenTests(ITestOutputHelper output)
{
    private const int Count = 200;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeProvider Clock = TimeProvider.System;

    private static int Threads => Directory.GetDirectories("/proc/self/task").Length;

    [Fact]
    public async Task Two_hundred_children_with_pending_reads_and_writes_block_no_threads()
    {
        var command = new ProcessCommand("cat") { ReadsOutput = true };
        await using (var first = await ChildProcess.StartAsync(command, Clock))
        {
            Assert.True(await EchoAsync(first) > TimeSpan.Zero);
        }

        var before = Threads;
        var start = Clock.GetTimestamp();
        var children = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => ChildProcess.StartAsync(command, Clock)));
        var started = Clock.GetElapsedTime(start);
        var latencies = await Task.WhenAll(children.Select(EchoAsync));

        // More than the pipe to "cat", its buffer and the pipe back can hold: every write and every read stays pending.
        using var cancel = new CancellationTokenSource();
        var writes = children.Select(child => child.StandardInput.WriteAsync(new byte[1 << 20], cancel.Token).AsTask()).ToList();
        var busy = Threads;
        Assert.All(writes, write => Assert.False(write.IsCompleted));
        var quick = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PoolLatencyAsync()));
        Array.Sort(latencies);
        output.WriteLine(
            $"{Count} children in {started.TotalMilliseconds:0} ms; threads {before} before, {busy} with all blocked; "
            + $"echo median {latencies[Count / 2].TotalMilliseconds:0.0} ms, slowest {latencies[^1].TotalMilliseconds:0.0} ms; "
            + $"pool latency at most {quick.Max().TotalMilliseconds:0.0} ms");

        Assert.True(busy <= before + 10, $"{Count} children took {busy - before} more threads");
        Assert.True(quick.Max() < TimeSpan.FromSeconds(1), $"the thread pool took {quick.Max()} for an empty task");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CancelAsync(cancel, writes));
        await Task.WhenAll(children.Select(child => child.DisposeAsync().AsTask())).WaitAsync(Deadline);
        Assert.DoesNotContain(children, child => LiveProcess.Exists(child.Id));
    }

    private static async Task CancelAsync(CancellationTokenSource cancel, List<Task> writes)
    {
        await cancel.CancelAsync();
        await Task.WhenAll(writes).WaitAsync(Deadline);
    }

    private static async Task<TimeSpan> EchoAsync(ChildProcess child)
    {
        var start = Clock.GetTimestamp();
        var buffer = new byte[1000];
        var read = child.StandardOutput.ReadExactlyAsync(buffer).AsTask().WaitAsync(Deadline);
        await child.StandardInput.WriteAsync(buffer.AsMemory());
        await read;
        return Clock.GetElapsedTime(start);
    }

    private static async Task<TimeSpan> PoolLatencyAsync()
    {
        var start = Clock.GetTimestamp();
        await Task.Run(() => { });
        return Clock.GetElapsedTime(start);
    }
}
