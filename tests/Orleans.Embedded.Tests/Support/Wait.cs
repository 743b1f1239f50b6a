namespace Audio.Orleans.Embedded.Tests.Support;

/// <summary>Waiting for a condition, with a deadline.</summary>
internal static class Wait
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public static async Task Until(Func<bool> condition, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Deadline)
                throw new TimeoutException($"It never came true that {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    /// <summary>The task's result, or a failure after the deadline.</summary>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(Deadline, TimeProvider.System);

    /// <summary>The task's end, or a failure after the deadline.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(Deadline, TimeProvider.System);
}
