using Orleans.Runtime;

namespace Orleans;

/// <summary>A reminder as it is kept.</summary>
[GenerateSerializer]
public sealed class ReminderEntry
{
    /// <summary>Whose reminder it is.</summary>
    [Id(0)]
    public GrainId GrainId { get; set; }

    /// <summary>Its name within the grain.</summary>
    [Id(1)]
    public string ReminderName { get; set; } = null!;

    /// <summary>When the first tick is due, UTC.</summary>
    [Id(2)]
    public DateTime StartAt { get; set; }

    /// <summary>The time from tick to tick.</summary>
    [Id(3)]
    public TimeSpan Period { get; set; }

    /// <summary>Its version.</summary>
    [Id(4)]
    public string? ETag { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"reminder '{ReminderName}' of {GrainId} from {StartAt:O} every {Period}, etag {ETag}";
}

/// <summary>Reminders as they are kept.</summary>
[GenerateSerializer]
public sealed class ReminderTableData
{
    /// <summary>None.</summary>
    public ReminderTableData() => Reminders = [];

    /// <summary>One.</summary>
    public ReminderTableData(ReminderEntry entry) => Reminders = [entry];

    /// <summary>Some.</summary>
    public ReminderTableData(IEnumerable<ReminderEntry> list) => Reminders = [.. list];

    /// <summary>The reminders.</summary>
    [Id(0)]
    public IList<ReminderEntry> Reminders { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Reminders.Count} reminders";
}
