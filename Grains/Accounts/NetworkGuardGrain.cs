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
