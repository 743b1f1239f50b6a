namespace AudioOrleans.Silo;

/// <summary>How long the audit trail reaches back. Section <c>Audit</c>.</summary>
public sealed record AuditOptions
{
    /// <summary>Older entries are deleted; setting <c>Audit__Retention</c>, such as <c>365.00:00:00</c>.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Throws when a value is out of range; the message names the setting.</summary>
    /// <exception cref="InvalidOperationException">The time is not above zero.</exception>
    public AuditOptions Validate() =>
        Retention > TimeSpan.Zero ? this : throw new InvalidOperationException("Audit__Retention: expected a time above zero, such as 365.00:00:00.");
}
