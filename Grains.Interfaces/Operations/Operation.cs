namespace AudioOrleans.Grains.Interfaces.Operations;

/// <summary>
/// A command that is executed once, however often it is sent. Every command that may be resent after an unknown outcome travels
/// under an operation, see <see cref="OperationContext"/>.
/// </summary>
/// <param name="Id">The operation: the same for all attempts.</param>
/// <param name="Attempt">The attempt: different each time the command is resent.</param>
/// <param name="IsRepeat">Whether there was an earlier attempt whose outcome is unknown.</param>
[GenerateSerializer, Immutable, Alias("audio.operation")]
public readonly record struct Operation([property: Id(0)] Guid Id, [property: Id(1)] Guid Attempt, [property: Id(2)] bool IsRepeat)
{
    /// <summary>The first attempt at a new operation.</summary>
    public static Operation New() => new(Guid.CreateVersion7(), Guid.NewGuid(), IsRepeat: false);

    /// <summary>The next attempt, after one whose outcome is unknown.</summary>
    public Operation Again() => this with { Attempt = Guid.NewGuid(), IsRepeat = true };
}

/// <summary>Stores an <see cref="Operation"/> in Orleans' <c>RequestContext</c>, which carries it to all grains involved.</summary>
public static class OperationContext
{
    private const string Key = "operation";
    private const string Reads = "operation.reads";

    /// <summary>The current operation; null if there is none.</summary>
    public static Operation? Current => RequestContext.Get(Key) as Operation?;

    /// <summary>Whether the request only reads: its calls may be repeated without an operation.</summary>
    public static bool IsReading => RequestContext.Get(Reads) is not null;

    /// <summary>Makes subsequent calls part of the operation.</summary>
    public static void Enter(Operation operation) => RequestContext.Set(Key, operation);

    /// <summary>Marks subsequent calls as read-only.</summary>
    public static void EnterReading() => RequestContext.Set(Reads, true);
}
