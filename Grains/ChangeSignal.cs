namespace AudioOrleans.Grains;

/// <summary>Wakes calls that wait for a grain's next change. Belongs to one activation, and runs in its turns.</summary>
internal sealed class ChangeSignal(TimeProvider time)
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Signals a change.</summary>
    public void Raise()
    {
        _next.TrySetResult();
        _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Waits for the next change.</summary>
    /// <returns>False if there was none within the limit.</returns>
    public async Task<bool> WaitAsync(TimeSpan limit)
    {
        using var late = new CancellationTokenSource();
        var timeout = Task.Delay(limit, time, late.Token);
        var isChanged = await Task.WhenAny(_next.Task, timeout) != timeout;
        await late.CancelAsync();
        return isChanged;
    }
}
