using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Grains.Accounts;

/// <summary>
/// Threads for CPU-bound work: one per core at the lowest priority, so that a flood of it uses idle CPU time only and does not slow
/// requests and relays. Work that would wait too long is rejected immediately.
/// </summary>
public sealed partial class LowPriorityWorkers : IDisposable
{
    /// <summary>The queue limit per core: at 0.2 s each, the wait is 10 s.</summary>
    private const int MostWaitingPerCore = 50;

    private const int LowestPriority = 19;

    private readonly BlockingCollection<Action> _work = new(MostWaitingPerCore * Environment.ProcessorCount);

    /// <summary>Starts the threads.</summary>
    public LowPriorityWorkers()
    {
        for (var i = 0; i < Environment.ProcessorCount; i++)
            new Thread(Run) { IsBackground = true, Name = "idle-worker" }.Start();
    }

    /// <summary>Runs the work on one of the threads.</summary>
    /// <exception cref="AudioException">Unavailable: the queue is full.</exception>
    public async Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var taken = _work.TryAdd(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception exception)
            {
                done.SetException(exception);
            }
        });
        return taken ? await done.Task : throw new AudioException(AudioError.Unavailable, "Too many passwords are being checked; try again in a moment");
    }

    /// <inheritdoc/>
    public void Dispose() => _work.CompleteAdding();

    private void Run()
    {
        // On Linux each thread has its own niceness, and 0 means the current one. If this fails, the work runs at normal priority.
        _ = SetPriority(0, 0, LowestPriority);
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, uint who, int priority);
}
