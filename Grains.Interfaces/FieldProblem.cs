namespace AudioOrleans.Grains.Interfaces;

/// <summary>A problem with one field of a request.</summary>
/// <param name="Field">The field's contract name, snake_case.</param>
/// <param name="Message">What was expected, as a sentence.</param>
/// <param name="Code">One of <see cref="FieldCodes"/>: programs branch on it, and user interfaces translate it.</param>
[GenerateSerializer, Immutable, Alias("audio.field-problem")]
public sealed record FieldProblem([property: Id(0)] string Field, [property: Id(1)] string Message, [property: Id(2)] string Code);
