using AudioOrleans.Configuration;

namespace AudioOrleans.Silo;

/// <summary>Options for the audit trail. Section <c>Audit</c>.</summary>
public sealed record AuditOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Audit";

    /// <summary>Older entries are deleted; setting <c>Audit__Retention</c>, such as <c>365.00:00:00</c>.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(365);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(Retention > TimeSpan.Zero, nameof(Retention), "a time above zero, such as 365.00:00:00");
    }
}
