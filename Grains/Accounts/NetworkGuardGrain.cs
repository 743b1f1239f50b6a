using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Accounts;

/// <inheritdoc cref="INetworkGuardGrain"/>
[GrainType("network-guard")]
public sealed class NetworkGuardGrain(LoginOptions options, TimeProvider time) : Grain, INetworkGuardGrain
{
    private readonly FailureWindow _failures = new(options.FailuresPerNetwork);

    /// <inheritdoc/>
    public Task<TimeSpan?> Begin()
    {
        var now = time.GetUtcNow();
        var wait = _failures.WaitAt(now);
        if (wait is null)
            _failures.Add(now);
        DelayDeactivation(FailureWindow.Length);
        return Task.FromResult(wait);
    }

    /// <inheritdoc/>
    public Task Reset()
    {
        _failures.TakeBack();
        return Task.CompletedTask;
    }
}

/// <summary>Counts failures in the last 15 minutes; needs no runtime. Kept in memory: a restart resets it.</summary>
/// <param name="most">The number of failures after which the next attempt has to wait.</param>
public sealed class FailureWindow(int most)
{
    /// <summary>How long a failure counts.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(15);

    private readonly Queue<DateTimeOffset> _failures = new();

    /// <summary>How long to wait before the next attempt; null if it is allowed now.</summary>
    public TimeSpan? WaitAt(DateTimeOffset now)
    {
        while (_failures.TryPeek(out var oldest) && now - oldest >= Length)
            _failures.Dequeue();
        return _failures.Count >= most ? _failures.Peek() + Length - now : null;
    }

    /// <summary>Counts a failure.</summary>
    public void Add(DateTimeOffset now) => _failures.Enqueue(now);

    /// <summary>Removes the newest failure.</summary>
    public void TakeBack()
    {
        for (var rest = _failures.Count; rest > 0; rest--)
        {
            var failure = _failures.Dequeue();
            if (rest > 1)
                _failures.Enqueue(failure);
        }
    }

    /// <summary>Clears all failures.</summary>
    public void Clear() => _failures.Clear();
}
