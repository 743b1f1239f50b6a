using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.Tests.Processes;

/// <summary>
/// The programs that tests start with "dotnet exec" on this assembly in order to kill them: a parent of children, a node, or a put. The test runner never calls it.
/// </summary>
internal static class ParentProgram
{
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is ["node", .. var settings])
            return await Nodes.NodeProgram.RunAsync(settings);
        if (arguments is ["put", .. var store])
            return await Objects.PutProgram.RunAsync(store);
        if (arguments is not ["parent"])
        {
            await Console.Error.WriteLineAsync("The only known arguments are 'parent', 'node' and 'put'.");
            return 2;
        }

        var children = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            var child = ChildProcess.Start(new ProcessCommand("sleep", "600"), TimeProvider.System);
            children.Add(child.Id);
        }

        var interruptibleCommand = new ProcessCommand("sh", "-c", "trap 'echo interrupted >&2; exit 0' INT; echo ready >&2; while :; do sleep 0.1; done");
        var ready = new TaskCompletionSource();
        var interruptible = ChildProcess.Start(
            interruptibleCommand with { DeathSignal = DeathSignal.Interrupt, OnErrorLine = _ => ready.TrySetResult() }, TimeProvider.System);
        await ready.Task;
        children.Add(interruptible.Id);
        await Console.Out.WriteLineAsync(string.Join(' ', children));
        await Console.Out.FlushAsync();
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, CancellationToken.None);
        return 0;
    }
}
