namespace AudioOrleans.Grains.Interfaces.Operations;

/// <summary>
/// What somebody wants done once, however often it is sent. Every command that may be sent again after an unknown outcome travels
/// under one, see <see cref="OperationContext"/>.
/// </summary>
/// <param name="Id">The operation: the same for all attempts.</param>
/// <param name="Attempt">The attempt: another one each time that it is sent again.</param>
/// <param name="IsRepeat">Whether there was an attempt before whose outcome is unknown.</param>
[GenerateSerializer, Immutable, Alias("audio.operation")]
public readonly record struct Operation([property: Id(0)] Guid Id, [property: Id(1)] Guid Attempt, [property: Id(2)] bool IsRepeat)
{
    /// <summary>The first attempt at an operation of its own.</summary>
    public static Operation New() => new(Guid.CreateVersion7(), Guid.NewGuid(), IsRepeat: false);

    /// <summary>The next attempt, after one whose outcome is unknown.</summary>
    public Operation Again() => this with { Attempt = Guid.NewGuid(), IsRepeat = true };
}

/// <summary>How an <see cref="Operation"/> stands in Orleans' <c>RequestContext</c>, which carries it to all grains that take part.</summary>
public static class OperationContext
{
    private const string Key = "operation";
    private const string Reads = "operation.reads";

    /// <summary>The operation that is being done; null for none.</summary>
    public static Operation? Current => RequestContext.Get(Key) as Operation?;

    /// <summary>Whether the request only reads: what it calls may be called again without any operation.</summary>
    public static bool IsReading => RequestContext.Get(Reads) is not null;

    /// <summary>What is called from here on is part of the operation.</summary>
    public static void Enter(Operation operation) => RequestContext.Set(Key, operation);

    /// <summary>What is called from here on only reads.</summary>
    public static void EnterReading() => RequestContext.Set(Reads, true);
}
