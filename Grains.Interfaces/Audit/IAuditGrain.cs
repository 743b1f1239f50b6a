namespace AudioOrleans.Grains.Interfaces.Audit;

/// <summary>The audit trail, read from SQL. A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.audit.IAuditGrain")]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>The entries that match the filter, newest first.</summary>
    /// <exception cref="AudioException">Forbidden for non-admins.</exception>
    [Alias("List")]
    Task<Page<AuditEntry>> List(Caller caller, AuditFilter filter, PageRequest page);
}
