namespace AudioOrleans.Grains.Interfaces;

/// <summary>The kinds of error, which one place maps to HTTP status codes.</summary>
public enum AudioError
{
    /// <summary>It does not exist, or the caller may not know that it does: 404.</summary>
    NotFound,

    /// <summary>The caller lacks permission: 403.</summary>
    Forbidden,

    /// <summary>The request is malformed: 400.</summary>
    Invalid,

    /// <summary>The resource is in a state that does not allow this, or exists already: 409.</summary>
    Conflict,

    /// <summary>A dependency such as the database is down; nothing was changed: 503.</summary>
    Unavailable,

    /// <summary>The resource has changed since the caller read it (<c>If-Match</c>): 412.</summary>
    Stale,

    /// <summary>
    /// An earlier attempt at the same operation succeeded, but its response was lost: 409. Sending it again changes nothing;
    /// read the affected resource to see the result.
    /// </summary>
    AnswerLost,
}

/// <summary>The only exception that grains throw for errors that a caller can handle.</summary>
[GenerateSerializer, Alias("audio.exception")]
public sealed class AudioException : Exception
{
    /// <summary>An error with a message for people.</summary>
    public AudioException(AudioError error, string message)
        : base(message) => Error = error;

    /// <summary>One field is malformed.</summary>
    public AudioException(FieldProblem problem)
        : base(problem?.Message) => (Error, Field, Code) = (AudioError.Invalid, problem?.Field, problem?.Code);

    /// <summary>The kind of error.</summary>
    [Id(0)]
    public AudioError Error { get; private set; }

    /// <summary>The malformed field, by its contract name; null if the error is not about a single field.</summary>
    [Id(1)]
    public string? Field { get; private set; }

    /// <summary>The problem with the field, one of <see cref="FieldCodes"/>; null if the error is not about a single field.</summary>
    [Id(2)]
    public string? Code { get; private set; }
}
