using Orleans.Runtime;

namespace Orleans;

/// <summary>Where reminders are kept. Register one as a singleton beside <c>AddReminders</c>.</summary>
public interface IReminderTable
{
    /// <summary>Makes the table ready; runs before any other member.</summary>
    Task StartAsync(CancellationToken cancellationToken = default)
#pragma warning disable CS0618 // Tables written for older versions implement Init only.
        => Init();
#pragma warning restore CS0618

    /// <summary>The older form of <see cref="StartAsync"/>.</summary>
    [Obsolete("Implement and use StartAsync instead")]
    Task Init() => Task.CompletedTask;

    /// <summary>All reminders of a grain.</summary>
    Task<ReminderTableData> ReadRows(GrainId grainId);

    /// <summary>All reminders whose grain's uniform hash is above begin and up to end; the range wraps when begin is not below end.</summary>
    Task<ReminderTableData> ReadRows(uint begin, uint end);

    /// <summary>One reminder, or null.</summary>
    Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName);

    /// <summary>Adds or replaces a reminder; gives its new etag.</summary>
    Task<string?> UpsertRow(ReminderEntry entry);

    /// <summary>Removes a reminder if it still has that etag; says whether it did.</summary>
    Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag);

    /// <summary>Removes all reminders.</summary>
    Task TestOnlyClearTable();

    /// <summary>Lets go of what the table holds.</summary>
    Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
}
