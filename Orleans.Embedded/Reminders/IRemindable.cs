using Orleans.Runtime;

namespace Orleans;

/// <summary>A grain that takes reminders.</summary>
public interface IRemindable : IGrain
{
    /// <summary>The reminder is due. It may come late, and once more after a failure.</summary>
    Task ReceiveReminder(string reminderName, TickStatus status);
}
