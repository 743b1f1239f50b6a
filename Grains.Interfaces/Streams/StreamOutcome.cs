namespace Audio.Orleans.Contracts.Streams;

/// <summary>How a wish to register or change a stream ended. Exactly one of the first three members says so.</summary>
/// <param name="UpdatedFields">It was done; the fields that changed, in the contract's names.</param>
/// <param name="Problems">It is invalid: field name and what was expected.</param>
/// <param name="SourceReason">The source cannot be used: a stable word, such as <c>unauthorized</c>.</param>
/// <param name="SourceMessage">The same as a sentence.</param>
/// <param name="Revision">It was done; the stream's revision now.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.outcome")]
public sealed record StreamOutcome(
    [property: Id(0)] ImmutableArray<string> UpdatedFields,
    [property: Id(1)] ImmutableArray<FieldProblem> Problems,
    [property: Id(2)] string? SourceReason,
    [property: Id(3)] string? SourceMessage,
    [property: Id(4)] long Revision)
{
    /// <summary>It was done.</summary>
    public static StreamOutcome Done(ImmutableArray<string> fields, long revision) => new(fields, [], null, null, revision);

    /// <summary>It is invalid.</summary>
    public static StreamOutcome Invalid(ImmutableArray<FieldProblem> problems) => new([], problems, null, null, 0);

    /// <summary>The source cannot be used.</summary>
    public static StreamOutcome Unusable(string reason, string message) => new([], [], reason, message, 0);
}
