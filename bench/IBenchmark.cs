using AudioOrleans.Bench.Measuring;

namespace AudioOrleans.Bench;

/// <summary>One benchmark: starts what it needs, measures, writes its figures, and ends all that it started.</summary>
internal interface IBenchmark
{
    /// <summary>As <c>./audio bench NAME</c> takes it.</summary>
    string Name { get; }

    /// <summary>What is measured, in a line.</summary>
    string What { get; }

    /// <summary>Runs it.</summary>
    Task RunAsync(Table table);
}
