using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Grains.Uploads;

/// <summary>Reports a job's progress to its grain: at most twice a second, the latest value only, and without delaying the job.</summary>
internal sealed class ProgressReporter : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Func<int, Task> _send;
    private readonly ITimer _timer;
    private int _percent;
    private int _sent;
    private int _sending;

    public ProgressReporter(Func<int, Task> send, TimeProvider time)
    {
        _send = send;
        _timer = time.CreateTimer(static state => _ = ((ProgressReporter)state!).SendAsync(), this, Interval, Interval);
    }

    public void Report(int percent) => Volatile.Write(ref _percent, percent);

    public void Dispose() => _timer.Dispose();

    private async Task SendAsync()
    {
        var percent = Volatile.Read(ref _percent);
        if (percent == _sent || Interlocked.Exchange(ref _sending, 1) == 1)
            return;
        try
        {
            await _send(percent);
            _sent = percent;
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            // The next report replaces this one.
        }
        finally
        {
            Volatile.Write(ref _sending, 0);
        }
    }
}
