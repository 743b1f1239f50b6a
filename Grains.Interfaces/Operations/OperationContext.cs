namespace AudioOrleans.Grains.Interfaces.Operations;

/// <summary>
/// How an <see cref="Operation"/> stands in Orleans' <c>RequestContext</c>, which carries it to all grains that take part. All values
/// are strings.
/// </summary>
public static class OperationContext
{
    /// <summary>The operation, a Guid.</summary>
    public const string Id = "operation.id";

    /// <summary>The attempt at it, a Guid.</summary>
    public const string Attempt = "operation.attempt";

    /// <summary>There when an earlier attempt's outcome is unknown.</summary>
    public const string Repeat = "operation.repeat";

    /// <summary>There when the request only reads: what it calls may be called again without any operation.</summary>
    public const string Reads = "operation.reads";

    private const string Yes = "true";

    /// <summary>The operation that is being done; null for none.</summary>
    public static Operation? Current =>
        Guid.TryParse(RequestContext.Get(Id) as string, out var id) && Guid.TryParse(RequestContext.Get(Attempt) as string, out var attempt)
            ? new Operation(id, attempt, RequestContext.Get(Repeat) is not null)
            : null;

    /// <summary>Whether the request only reads.</summary>
    public static bool IsReading => RequestContext.Get(Reads) is not null;

    /// <summary>What is called from here on is part of the operation.</summary>
    public static void Enter(Operation operation)
    {
        RequestContext.Set(Id, operation.Id.ToString("D"));
        RequestContext.Set(Attempt, operation.Attempt.ToString("D"));
        if (operation.IsRepeat)
            RequestContext.Set(Repeat, Yes);
        else
            RequestContext.Remove(Repeat);
    }

    /// <summary>What is called from here on only reads.</summary>
    public static void EnterReading() => RequestContext.Set(Reads, Yes);
}
