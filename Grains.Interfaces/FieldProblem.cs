namespace AudioOrleans.Grains.Interfaces;

/// <summary>One thing that is wrong with one field of a request.</summary>
/// <param name="Field">The field in the contract's name, snake_case.</param>
/// <param name="Message">What was expected, as a sentence.</param>
/// <param name="Code">What is wrong, one of <see cref="FieldCodes"/>: programs go by it, and pages translate it.</param>
[GenerateSerializer, Immutable, Alias("audio.field-problem")]
public sealed record FieldProblem([property: Id(0)] string Field, [property: Id(1)] string Message, [property: Id(2)] string Code);
