using System.Collections.Concurrent;

namespace Audio.Orleans.Embedded.Tests.Support;

/// <summary>A place in a grain where a test makes a call stand still; known by name on both sides.</summary>
internal sealed class Gate
{
    private static readonly ConcurrentDictionary<string, Gate> Gates = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static Gate Of(string name) => Gates.GetOrAdd(name, _ => new());

    public static Gate New(out string name)
    {
        name = Guid.NewGuid().ToString("N");
        return Of(name);
    }

    public bool IsEntered => _entered.Task.IsCompleted;

    public Task Entered => _entered.Task.Soon();

    public void Open() => _opened.TrySetResult();

    public Task Pass()
    {
        _entered.TrySetResult();
        return _opened.Task;
    }
}
