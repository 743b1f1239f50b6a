namespace AudioOrleans.Grains.Accounts;

/// <summary>Counts failures of the last quarter of an hour; needs no runtime. Kept in memory: a restart forgives.</summary>
/// <param name="most">With so many the next attempt has to wait.</param>
public sealed class FailureWindow(int most)
{
    /// <summary>How long a failure counts.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(15);

    private readonly Queue<DateTimeOffset> _failures = new();

    /// <summary>How long to wait before the next attempt; null when it may be made.</summary>
    public TimeSpan? WaitAt(DateTimeOffset now)
    {
        while (_failures.TryPeek(out var oldest) && now - oldest >= Length)
            _failures.Dequeue();
        return _failures.Count >= most ? _failures.Peek() + Length - now : null;
    }

    /// <summary>Counts a failure.</summary>
    public void Add(DateTimeOffset now) => _failures.Enqueue(now);

    /// <summary>Takes the newest failure back.</summary>
    public void TakeBack()
    {
        for (var rest = _failures.Count; rest > 0; rest--)
        {
            var failure = _failures.Dequeue();
            if (rest > 1)
                _failures.Enqueue(failure);
        }
    }

    /// <summary>Forgets all failures.</summary>
    public void Clear() => _failures.Clear();
}
