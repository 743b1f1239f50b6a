namespace AudioOrleans.Testing;

/// <summary>Waits for a condition with a deadline: what tests do instead of sleeping.</summary>
public static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Polls until the condition is true.</summary>
    /// <exception cref="TimeoutException">It did not become true within the deadline; the message contains <paramref name="because"/>.</exception>
    public static Task That(Func<bool> condition, TimeSpan deadline, string because) =>
        That(() => Task.FromResult(condition()), deadline, because);

    /// <summary>Polls until the asynchronous condition is true.</summary>
    /// <exception cref="TimeoutException">It did not become true within the deadline; the message contains <paramref name="because"/>.</exception>
    public static async Task That(Func<Task<bool>> condition, TimeSpan deadline, string because)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition().WaitAsync(deadline, TimeProvider.System))
        {
            if (TimeProvider.System.GetElapsedTime(start) > deadline)
                throw new TimeoutException($"Not true within {deadline.TotalSeconds:0.#} s: {because}");
            await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>Awaits a task, but no longer than the deadline.</summary>
    /// <exception cref="TimeoutException">It did not end in time; the message contains <paramref name="because"/>.</exception>
    public static async Task<T> Ends<T>(Task<T> task, TimeSpan deadline, string because)
    {
        await That(() => task.IsCompleted, deadline, because);
        return await task;
    }

    /// <summary>Awaits a task, but no longer than the deadline.</summary>
    /// <exception cref="TimeoutException">It did not end in time; the message contains <paramref name="because"/>.</exception>
    public static async Task Ends(Task task, TimeSpan deadline, string because)
    {
        await That(() => task.IsCompleted, deadline, because);
        await task;
    }
}
