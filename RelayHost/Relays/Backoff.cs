namespace AudioOrleans.RelayHost.Relays;

/// <summary>Exponential backoff with full jitter, so that streams of one server that failed together do not reconnect together.</summary>
/// <param name="random">Returns a number from 0 up to 1.</param>
public sealed class Backoff(Func<double> random)
{
    /// <summary>Upper limit of the first pause.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    /// <summary>Upper limit of every pause.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private int _failures;

    /// <summary>Returns the pause before the next attempt.</summary>
    public TimeSpan Next()
    {
        var ceiling = TimeSpan.FromSeconds(Math.Min(First.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 16)), Longest.TotalSeconds));
        var pause = ceiling * random();
        return pause < Shortest ? Shortest : pause;
    }

    /// <summary>Resets after a success: the next failure starts with the first pause again.</summary>
    public void Reset() => _failures = 0;

    /// <summary>Returns the given pause with jitter of up to one fifth either way.</summary>
    public TimeSpan Around(TimeSpan pause) => pause * (0.8 + (0.4 * random()));
}
