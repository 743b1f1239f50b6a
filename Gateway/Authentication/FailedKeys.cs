using System.Net;
using System.Threading.RateLimiting;
using AudioOrleans.Gateway.Security;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>
/// Made-up API keys name accounts that must be looked up before any rate limit applies. Therefore each network may fail this often a minute;
/// further unknown keys are then refused without a look-up. Keys in use are cached, and still work.
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

    /// <summary>Whether a look-up of an account is allowed for this request.</summary>
    public bool MayLook(HttpContext context)
    {
        if (ClientNetwork.From(context) is not { } network)
            return true;
        using var lease = _limiter.AttemptAcquire(network, 0);
        return lease.IsAcquired;
    }

    /// <summary>Counts a wrong key.</summary>
    public void Count(HttpContext context)
    {
        if (ClientNetwork.From(context) is { } network)
            _limiter.AttemptAcquire(network).Dispose();
    }

    /// <inheritdoc/>
    public void Dispose() => _limiter.Dispose();
}
