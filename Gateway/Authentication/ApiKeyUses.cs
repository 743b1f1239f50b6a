using System.Collections.Concurrent;
using System.Net;
using System.Threading.RateLimiting;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.ApiKeys;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>Reports to accounts when their API keys were last used: at most once a minute per key, and never delaying a request.</summary>
public sealed class ApiKeyUses(IGrainFactory grains, TimeProvider time, ILogger<ApiKeyUses> logger)
{
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<Guid, long> _noted = new();
    private long _prunedAt = time.GetTimestamp();

    /// <summary>The number of keys remembered: those used within about the last two minutes.</summary>
    internal int Count => _noted.Count;

    /// <summary>Records that a key was used now.</summary>
    public void Note(Guid userId, Guid keyId)
    {
        var now = time.GetTimestamp();
        var known = _noted.TryGetValue(keyId, out var noted);
        if (known ? time.GetElapsedTime(noted) >= Least && _noted.TryUpdate(keyId, now, noted) : _noted.TryAdd(keyId, now))
            _ = NotifyAsync(userId, keyId);
        var prunedAt = Interlocked.Read(ref _prunedAt);
        if (time.GetElapsedTime(prunedAt) < Least || Interlocked.CompareExchange(ref _prunedAt, now, prunedAt) != prunedAt)
            return;
        foreach (var old in _noted.Where(old => time.GetElapsedTime(old.Value) >= Least))
            _noted.TryRemove(old);
    }

    private async Task NotifyAsync(Guid userId, Guid keyId)
    {
        RequestContext.Clear(); // The report is not part of the request's operation.
        try
        {
            await grains.GetGrain<IApiKeysGrain>(GrainKeys.Account(userId)).NoteUse(keyId, time.GetUtcNow());
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogInformation(exception, "The use of API key {KeyId} could not be recorded", keyId);
        }
    }
}

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
