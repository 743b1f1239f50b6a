using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>The platform's public keys, asked of a silo every five seconds and when a token names one that is not known yet.</summary>
public sealed class TokenKeys(IGrainFactory grains, VerificationKeys known, TimeProvider time, ILogger<TokenKeys> logger) : BackgroundService
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>Tokens that name made-up keys make this gateway ask no oftener.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private long _askedAt;

    /// <summary>All keys as they are now.</summary>
    public async Task<ImmutableArray<SigningKeyInfo>> GetAsync()
    {
        var keys = await grains.GetGrain<ITokensGrain>(GrainKeys.Shared).GetKeys();
        known.Use(keys);
        Interlocked.Exchange(ref _askedAt, time.GetTimestamp());
        return keys;
    }

    /// <summary>Sees to it that the key is known, if there is such a key.</summary>
    public async ValueTask EnsureKnownAsync(string keyId)
    {
        var asked = Interlocked.Read(ref _askedAt);
        if (!known.Knows(keyId) && (asked == 0 || time.GetElapsedTime(asked) >= LeastPause))
            await GetAsync();
    }

    /// <summary>Learns of keys that were withdrawn.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Fresh, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await GetAsync();
            }
            catch (Exception exception) when (exception.IsFailedCall())
            {
                logger.LogWarning(exception, "The token keys cannot be read; those that are known verify on");
            }
        }
    }
}
