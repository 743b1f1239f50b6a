using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>One reminder: calls its grain at each tick. Ticks that nobody was there for are left out.</summary>
internal sealed class Reminder : IDisposable
{
    /// <summary>Timers cannot wait longer than some weeks; a later tick is looked at again after a day.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly ReminderEntry _entry;
    private readonly IRemindable _grain;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private DateTime _next;

    public Reminder(ReminderEntry entry, IRemindable grain, TimeProvider clock, ILogger log)
    {
        _entry = entry;
        _grain = grain;
        _clock = clock;
        _log = log;
        _next = NextFrom(clock.GetUtcNow().UtcDateTime);
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            _timer = clock.CreateTimer(static reminder => _ = ((Reminder)reminder!).OnDueAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Wait();
    }

    public string? ETag => _entry.ETag;

    public void Dispose() => _timer.Dispose();

    /// <summary>The first tick that is not over: ticks stay in step with the first, whenever the process started.</summary>
    private DateTime NextFrom(DateTime now) => now <= _entry.StartAt
        ? _entry.StartAt
        : _entry.StartAt.AddTicks(((now - _entry.StartAt).Ticks + _entry.Period.Ticks - 1) / _entry.Period.Ticks * _entry.Period.Ticks);

    private void Wait()
    {
        var wait = _next - _clock.GetUtcNow().UtcDateTime;
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait, Timeout.InfiniteTimeSpan);
    }

    private async Task OnDueAsync()
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        if (now >= _next)
        {
            try
            {
                await _grain.ReceiveReminder(_entry.ReminderName, new(_entry.StartAt, _entry.Period, now));
            }
            catch (Exception failure)
            {
                _log.LogError(failure, "The reminder {Reminder} failed; it comes again at its next tick", _entry);
            }

            _next = NextFrom(_clock.GetUtcNow().UtcDateTime) is var next && next > _next ? next : _next + _entry.Period;
        }

        Wait();
    }
}
