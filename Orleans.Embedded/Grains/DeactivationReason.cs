namespace Orleans;

/// <summary>Why an activation ends.</summary>
public readonly struct DeactivationReason
{
    /// <summary>From code and text.</summary>
    public DeactivationReason(DeactivationReasonCode code, string text) : this(code, null, text)
    {
    }

    /// <summary>From code, cause and text.</summary>
    public DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
    {
        ReasonCode = code;
        Exception = exception;
        Description = text;
    }

    /// <summary>Why, as a code.</summary>
    public DeactivationReasonCode ReasonCode { get; }

    /// <summary>Why, in words.</summary>
    public string Description { get; }

    /// <summary>The failure that caused it, if one did.</summary>
    public Exception? Exception { get; }

    /// <inheritdoc/>
    public override string ToString() => Exception is null ? $"{ReasonCode}: {Description}" : $"{ReasonCode}: {Description} {Exception}";
}

/// <summary>Why an activation ends, as a code.</summary>
[GenerateSerializer]
public enum DeactivationReasonCode : byte
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>The process stops.</summary>
    ShuttingDown = 1,

    /// <summary>It never came to life.</summary>
    ActivationFailed = 2,

    /// <summary>The directory could not be reached (clusters only).</summary>
    DirectoryFailure = 3,

    /// <summary>Nobody called for the collection age.</summary>
    ActivationIdle = 4,

    /// <summary>It stopped answering.</summary>
    ActivationUnresponsive = 5,

    /// <summary>Another activation of the grain won (clusters only).</summary>
    DuplicateActivation = 6,

    /// <summary>A request needs another version (clusters only).</summary>
    IncompatibleRequest = 7,

    /// <summary>The grain failed in a way that it must start anew from.</summary>
    ApplicationError = 8,

    /// <summary>The grain asked for it.</summary>
    ApplicationRequested = 9,

    /// <summary>It moves to another silo (clusters only).</summary>
    Migrating = 10,

    /// <summary>The runtime asked for it.</summary>
    RuntimeRequested = 11,

    /// <summary>Memory runs short.</summary>
    HighMemoryPressure = 12,
}
