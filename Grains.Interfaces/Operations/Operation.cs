namespace AudioOrleans.Grains.Interfaces.Operations;

/// <summary>
/// What somebody wants done once, however often it is sent. Every command that may be sent again after an unknown outcome travels
/// under one, see <see cref="OperationContext"/>.
/// </summary>
/// <param name="Id">The operation: the same for all attempts.</param>
/// <param name="Attempt">The attempt: another one each time that it is sent again.</param>
/// <param name="IsRepeat">Whether there was an attempt before whose outcome is unknown.</param>
public readonly record struct Operation(Guid Id, Guid Attempt, bool IsRepeat)
{
    /// <summary>The first attempt at an operation of its own.</summary>
    public static Operation New() => new(Guid.CreateVersion7(), Guid.NewGuid(), IsRepeat: false);

    /// <summary>The next attempt, after one whose outcome is unknown.</summary>
    public Operation Again() => this with { Attempt = Guid.NewGuid(), IsRepeat = true };
}
