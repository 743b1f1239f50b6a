using System.Net;
using System.Threading.RateLimiting;
using AudioOrleans.Gateway.Security;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>
/// Made-up API keys name accounts that have to be looked for, before anything is counted. So each network may be wrong so often a
/// minute; then its unknown keys are refused unseen. Keys that are in use are known, and go on.
/// </summary>
public sealed class FailedKeys : IDisposable
{
    private const int PerMinute = 60;

    private readonly PartitionedRateLimiter<IPAddress> _limiter = PartitionedRateLimiter.Create<IPAddress, IPAddress>(network =>
        RateLimitPartition.GetTokenBucketLimiter(network, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = PerMinute,
            TokensPerPeriod = 1,
            ReplenishmentPeriod = TimeSpan.FromMinutes(1) / PerMinute,
        }));

    /// <summary>Whether an account may be looked for on this request's word.</summary>
    public bool MayLook(HttpContext context)
    {
        if (ClientNetwork.From(context) is not { } network)
            return true;
        using var lease = _limiter.AttemptAcquire(network, 0);
        return lease.IsAcquired;
    }

    /// <summary>The key was wrong.</summary>
    public void Count(HttpContext context)
    {
        if (ClientNetwork.From(context) is { } network)
            _limiter.AttemptAcquire(network).Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();
}
