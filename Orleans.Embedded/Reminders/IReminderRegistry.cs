using Orleans.Runtime;

namespace Orleans.Timers;

/// <summary>Registers the reminders of grains.</summary>
public interface IReminderRegistry
{
    /// <summary>Adds a reminder or changes its times.</summary>
    /// <exception cref="ArgumentException">The period is shorter than a minute.</exception>
    Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period);

    /// <summary>Removes a reminder.</summary>
    Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder);

    /// <summary>One reminder, or null.</summary>
    Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName);

    /// <summary>All reminders of a grain.</summary>
    Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId);
}
