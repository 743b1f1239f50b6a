using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Jobs;

namespace AudioOrleans.Gateway.Jobs;

/// <summary>The query of <c>GET /v1/admin/jobs/peek</c>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="N">The number of jobs, 1 to 100; 10 by default.</param>
/// <param name="State"><c>queued</c>, the default, or <c>dead</c>.</param>
public readonly record struct PeekQuery(string? Queue, int? N, string? State)
{
    private const int Default = 10;
    private const int Most = 100;
    private const int LongestName = 100;

    /// <summary>The parsed query, or the errors of each of its fields.</summary>
    public (JobPeek Peek, IReadOnlyList<FieldProblem> Problems) ToPeek()
    {
        List<FieldProblem> problems = [];
        // The database does not accept a NUL in a text.
        if (string.IsNullOrEmpty(Queue) || Queue.Length > LongestName || Queue.Contains('\0', StringComparison.Ordinal))
            problems.Add(new FieldProblem("queue", "Expected the name of a queue, as the stats list it.", string.IsNullOrEmpty(Queue) ? FieldCodes.Required : FieldCodes.UnknownValue));
        if (N is not (null or (>= 1 and <= Most)))
            problems.Add(new FieldProblem("n", $"Expected 1 to {Most}.", FieldCodes.OutOfRange));
        if (State is not (null or "queued" or "dead"))
            problems.Add(new FieldProblem("state", "Expected queued or dead.", FieldCodes.UnknownValue));
        return (new JobPeek(Queue ?? "", N ?? Default, State == "dead"), problems);
    }
}

/// <summary>The body of <c>POST /v1/admin/jobs/purge-dlq</c>.</summary>
[Example("""{"confirm": "purge"}""")]
public sealed record JobPurge
{
    /// <summary>The word by which a request confirms a deletion.</summary>
    internal const string Word = "purge";

    /// <summary>Always <c>purge</c>: the deletion cannot be undone.</summary>
    public string? Confirm { get; init; }
}
