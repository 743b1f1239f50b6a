namespace AudioOrleans.RelayHost.Relays;

/// <summary>Exponential backoff with full jitter: many streams of one server that failed together do not come back together.</summary>
/// <param name="random">Gives a number from 0 up to 1.</param>
public sealed class Backoff(Func<double> random)
{
    /// <summary>The first pause is at most this long.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>No pause is longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private int _failures;

    /// <summary>The pause before the next try.</summary>
    public TimeSpan Next()
    {
        var ceiling = TimeSpan.FromSeconds(Math.Min(First.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 16)), Longest.TotalSeconds));
        var pause = ceiling * random();
        return pause < Shortest ? Shortest : pause;
    }

    /// <summary>A success: the next failure starts from the first pause.</summary>
    public void Reset() => _failures = 0;

    /// <summary>A pause around the given one, a fifth shorter or longer at most.</summary>
    public TimeSpan Around(TimeSpan pause) => pause * (0.8 + (0.4 * random()));
}
