using System.Globalization;
using System.Text;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.Processes;

public sealed class ChildProcessTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeProvider Clock = TimeProvider.System;

    [Fact]
    public async Task Megabytes_on_both_pipes_are_drained_when_nobody_reads()
    {
        await using var child = ChildProcess.Start(Shell("head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2; echo end >&2"), Clock);
        var exit = await Eventually.Ends(child.Exited, Deadline, "a child with full pipes must not hang");
        Assert.Equal(0, exit.ExitCode);
        Assert.Throws<InvalidOperationException>(() => child.StandardOutput);
    }

    [Fact]
    public async Task Output_is_read_while_megabytes_of_errors_are_drained()
    {
        var lines = 0;
        var command = Shell("yes error | head -n 300000 >&2 & head -c 4000000 /dev/zero; wait");
        await using var child = ChildProcess.Start(command with { ReadsOutput = true, OnErrorLine = _ => lines++ }, Clock);
        var output = new MemoryStream();
        await child.StandardOutput.CopyToAsync(output).WaitAsync(Deadline);
        await Eventually.Ends(child.Exited, Deadline, "the child ends");
        Assert.Equal(4_000_000, output.Length);
        Assert.Equal(300_000, lines);
        Assert.Equal(20, child.ErrorTail.Length);
    }

    [Fact]
    public async Task An_endless_line_does_not_fill_the_memory()
    {
        await using var child = ChildProcess.Start(Shell("head -c 1000000 /dev/zero | tr '\\0' x >&2; printf '\\nlast\\r' >&2"), Clock);
        var exit = await Eventually.Ends(child.Exited, Deadline, "the child ends");
        Assert.Equal([4096, 4], exit.ErrorTail.Select(line => line.Length));
    }

    [Fact]
    public async Task A_callback_that_throws_neither_hangs_the_child_nor_goes_unnoticed()
    {
        var command = Shell("yes error | head -n 100000 >&2");
        await using (var healthy = ChildProcess.Start(command, Clock))
        {
            Assert.Equal(0, (await Eventually.Ends(healthy.Exited, Deadline, "the child ends")).ExitCode);
        }

        var child = ChildProcess.Start(command with { OnErrorLine = _ => throw new InvalidDataException("callback") }, Clock);
        await Assert.ThrowsAsync<InvalidDataException>(() => Eventually.Ends(child.Exited, Deadline, "the child ends anyway"));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await child.DisposeAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_write_to_a_program_that_has_ended_returns_false(bool cancelled)
    {
        await using var child = ChildProcess.Start(Shell("exec <&-; echo closed >&2; sleep 600"), Clock);
        await Eventually.That(() => child.ErrorTail.Length == 1, Deadline, "its input is closed");
        using var cancel = new CancellationTokenSource();
        var write = child.TryWriteAsync(new byte[1 << 20], cancel.Token);
        if (cancelled)
            await cancel.CancelAsync();
        Assert.False(await write.AsTask().WaitAsync(Deadline));
        child.Kill();
        await child.Exited;
        Assert.False(await child.TryWriteAsync("more"u8.ToArray(), CancellationToken.None));
    }

    [Fact]
    public async Task A_program_that_handles_the_signal_stops_gracefully()
    {
        var ready = new TaskCompletionSource();
        var command = Shell("trap 'echo graceful >&2; exit 7' INT; echo ready >&2; while :; do sleep 0.05; done");
        await using var child = ChildProcess.Start(command with { OnErrorLine = _ => ready.TrySetResult(), GracePeriod = Deadline }, Clock);
        await ready.Task.WaitAsync(Deadline);
        await child.StopAsync();
        var exit = await child.Exited;
        Assert.Equal(7, exit.ExitCode);
        Assert.Null(exit.Signal);
        Assert.Equal("graceful", exit.ErrorTail[^1]);
    }

    [Fact]
    public async Task A_program_that_ignores_the_request_is_killed_after_its_grace_period()
    {
        var clock = new ManualTimeProvider();
        await using var child = await StartReady("trap '' INT; echo ready >&2; while :; do sleep 0.05; done", clock);
        var stop = child.StopAsync();
        await Eventually.That(() => clock.PendingTimers > 0, Deadline, "the stop waits for the grace period");
        clock.Advance(TimeSpan.FromSeconds(2.9));
        Assert.True(LiveProcess.Exists(child.Id), "it has its full grace period");
        clock.Advance(TimeSpan.FromSeconds(0.2));
        await Eventually.Ends(stop, Deadline, "it is killed after the grace period");
        Assert.Equal(9, (await child.Exited).Signal);
    }

    [Fact]
    public async Task A_cancelled_stop_kills_at_once()
    {
        var child = await StartReady("trap '' INT; echo ready >&2; while :; do sleep 0.05; done", new ManualTimeProvider());
        using var cancellation = new CancellationTokenSource();
        var stop = child.StopAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Eventually.Ends(stop, Deadline, "the grace period was cut short");
        Assert.Equal(9, (await child.Exited).Signal);
    }

    [Fact]
    public async Task The_whole_tree_is_killed()
    {
        var child = await StartReady("trap '' INT; sleep 601 & echo $! >&2; (sleep 602 & echo $! >&2; wait) & wait; wait", Clock, lines: 2);
        var descendants = child.ErrorTail.Select(line => int.Parse(line, CultureInfo.InvariantCulture)).ToList();
        Assert.All(descendants, id => Assert.True(LiveProcess.Exists(id)));
        child.Kill();
        await Eventually.Ends(child.Exited, Deadline, "the child is dead");
        await Eventually.That(() => !descendants.Exists(LiveProcess.Exists), Deadline, "its descendants are dead");
    }

    [Fact]
    public async Task The_descendants_of_a_program_end_with_it()
    {
        await using var child = ChildProcess.Start(Shell("sleep 600 & echo $! >&2; exit 3"), Clock);
        var exit = await Eventually.Ends(child.Exited, Deadline, "a descendant that holds the pipes does not delay the exit");
        Assert.Equal(3, exit.ExitCode);
        var descendant = int.Parse(exit.ErrorTail[0], CultureInfo.InvariantCulture);
        await Eventually.That(() => !LiveProcess.Exists(descendant), Deadline, "the descendant is dead");
    }

    [Fact]
    public async Task A_child_outlives_the_thread_that_started_it()
    {
        ChildProcess? child = null;
        using var ready = new ManualResetEventSlim();
        var command = Shell("echo ready >&2; exec cat") with { ReadsOutput = true, OnErrorLine = _ => ready.Set() };
        var thread = new Thread(() =>
        {
            // The death signal is set only after the program has started to run.
            child = ChildProcess.Start(command, Clock);
            ready.Wait(Deadline);
        });
        thread.Start();
        await Eventually.That(() => !thread.IsAlive, Deadline, "the thread has ended");
        Assert.NotNull(child);
        await child.StandardInput.WriteAsync("hello"u8.ToArray());
        var buffer = new byte[5];
        await child.StandardOutput.ReadExactlyAsync(buffer).AsTask().WaitAsync(Deadline);
        Assert.Equal("hello", Encoding.ASCII.GetString(buffer));
        await child.StandardInput.DisposeAsync();
        Assert.Equal(0, (await Eventually.Ends(child.Exited, Deadline, "cat ends with its input")).ExitCode);
        await child.DisposeAsync();
    }

    [Fact]
    public async Task Children_die_with_a_parent_that_is_killed()
    {
        var command = new ProcessCommand("dotnet", "exec", typeof(ParentProgram).Assembly.Location, "parent") { ReadsOutput = true };
        await using var parent = ChildProcess.Start(command, Clock);
        using var reader = new StreamReader(parent.StandardOutput);
        var line = await reader.ReadLineAsync().WaitAsync(Deadline);
        var children = line!.Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(4, children.Count);
        Assert.All(children, id => Assert.True(LiveProcess.Exists(id)));
        Signals.Send(parent.Id, Signal.Kill); // Only the process itself, not its tree: the kernel has to end the children.
        await Eventually.That(() => !children.Exists(LiveProcess.Exists), Deadline, "the children got their death signal from the kernel");
    }

    private static ProcessCommand Shell(string script) => new("sh", "-c", script);

    private static async Task<ChildProcess> StartReady(string script, TimeProvider clock, int lines = 1)
    {
        var child = ChildProcess.Start(Shell(script), clock);
        await Eventually.That(() => child.ErrorTail.Length == lines, Deadline, "the script is ready");
        return child;
    }
}
