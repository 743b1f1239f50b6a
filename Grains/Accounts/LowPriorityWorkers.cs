using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Grains.Accounts;

/// <summary>
/// Threads for work that burns a core: one for each core, at the lowest priority, so that a flood of it takes what the machine
/// has left and nothing from requests and relays. What would wait too long is refused at once.
/// </summary>
public sealed partial class LowPriorityWorkers : IDisposable
{
    /// <summary>So much work may wait for each core: with a fifth of a second each, that is 10 s.</summary>
    private const int MostWaitingPerCore = 50;

    private const int LowestPriority = 19;

    private readonly BlockingCollection<Action> _work = new(MostWaitingPerCore * Environment.ProcessorCount);

    /// <summary>Starts the threads.</summary>
    public LowPriorityWorkers()
    {
        for (var i = 0; i < Environment.ProcessorCount; i++)
            new Thread(Run) { IsBackground = true, Name = "idle-worker" }.Start();
    }

    /// <summary>Does the work on one of the threads.</summary>
    /// <exception cref="AudioException">Unavailable: too much waits already.</exception>
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
        // For Linux each thread has a niceness of its own, and 0 means this one. Refused, the work is done all the same.
        _ = SetPriority(0, 0, LowestPriority);
        foreach (var work in _work.GetConsumingEnumerable())
            work();
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPriority(int which, uint who, int priority);
}
