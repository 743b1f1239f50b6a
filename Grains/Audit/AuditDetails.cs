using AudioOrleans.Grains.Interfaces.Audit;

namespace AudioOrleans.Grains.Audit;

/// <summary>Lets grains say more about a change than its action does.</summary>
public static class AuditDetails
{
    /// <summary>What the rest of this turn writes of this grain is entered with the detail. Never a value that may be secret.</summary>
    /// <param name="grain">The grain that is being changed.</param>
    /// <param name="detail">Such as the names of the fields that change.</param>
    public static void DescribeChange(this Grain grain, string detail)
    {
        ArgumentNullException.ThrowIfNull(grain);
        RequestContext.Set(AuditContext.DetailOf(grain.GetPrimaryKeyString()), detail);
    }
}
