namespace AudioOrleans.Grains.Interfaces;

/// <summary>What went wrong, for the one place that turns it into an HTTP status.</summary>
public enum AudioError
{
    /// <summary>No such thing, or not for this caller to know of: 404.</summary>
    NotFound,

    /// <summary>The caller may not: 403.</summary>
    Forbidden,

    /// <summary>It is malformed: 400.</summary>
    Invalid,

    /// <summary>It is in a state in which this cannot be done, or exists already: 409.</summary>
    Conflict,

    /// <summary>A dependency such as the database is down; nothing was changed: 503.</summary>
    Unavailable,

    /// <summary>It is not any more what the caller has seen of it (<c>If-Match</c>): 412.</summary>
    Stale,

    /// <summary>
    /// It was done by an earlier attempt at the same operation, but its answer was lost on the way: 409. Sending it again changes nothing;
    /// looking at what it changed tells.
    /// </summary>
    AnswerLost,
}

/// <summary>The one exception that grains throw for what a caller can understand.</summary>
[GenerateSerializer, Alias("audio.exception")]
public sealed class AudioException : Exception
{
    /// <summary>An error with a sentence for a person.</summary>
    public AudioException(AudioError error, string message)
        : base(message) => Error = error;

    /// <summary>One field is malformed.</summary>
    public AudioException(FieldProblem problem)
        : base(problem?.Message) => (Error, Field, Code) = (AudioError.Invalid, problem?.Field, problem?.Code);

    /// <summary>The kind of error.</summary>
    [Id(0)]
    public AudioError Error { get; private set; }

    /// <summary>What is malformed, in the contract's name; null where it is no single field.</summary>
    [Id(1)]
    public string? Field { get; private set; }

    /// <summary>What is wrong with the field, one of <see cref="FieldCodes"/>; null where it is no single field.</summary>
    [Id(2)]
    public string? Code { get; private set; }
}
