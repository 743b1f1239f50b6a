using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>Fetches the platform's public keys from a silo every five seconds, and when a token names an unknown key.</summary>
public sealed class TokenKeys(IGrainFactory grains, VerificationKeys known, TimeProvider time, ILogger<TokenKeys> logger) : BackgroundService
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>Tokens that name made-up keys cannot cause fetches more often than this.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(1);

    private long _askedAt;

    /// <summary>The current keys.</summary>
    public async Task<ImmutableArray<SigningKeyInfo>> GetAsync()
    {
        var keys = await grains.GetGrain<ITokensGrain>(GrainKeys.Shared).GetKeys();
        known.Use(keys);
        Interlocked.Exchange(ref _askedAt, time.GetTimestamp());
        return keys;
    }

    /// <summary>Makes the key known if it exists.</summary>
    public async ValueTask EnsureKnownAsync(string keyId)
    {
        var asked = Interlocked.Read(ref _askedAt);
        if (!known.Knows(keyId) && (asked == 0 || time.GetElapsedTime(asked) >= LeastPause))
            await GetAsync();
    }

    /// <summary>Refreshes the keys, so that withdrawn ones are dropped.</summary>
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
                logger.LogWarning(exception, "The token keys could not be read; the known keys stay in use");
            }
        }
    }
}
