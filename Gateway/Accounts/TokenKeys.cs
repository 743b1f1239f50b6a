using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Accounts;

namespace Audio.Orleans.Gateway.Accounts;

/// <summary>The platform's public keys, asked of the silo when a token names one that is not known yet.</summary>
public sealed class TokenKeys(IGrainFactory grains, TokenValidator validator, TimeProvider time)
{
    /// <summary>Tokens that name made-up keys make this gateway ask no oftener.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(10);

    private long _askedAt;

    /// <summary>All keys as they are now.</summary>
    public Task<ImmutableArray<SigningKeyInfo>> GetAsync() => grains.GetGrain<ITokenKeysGrain>(GrainKeys.Shared).GetKeys();

    /// <summary>Sees to it that the key is known, if there is such a key.</summary>
    public async ValueTask EnsureKnownAsync(string keyId)
    {
        var asked = Interlocked.Read(ref _askedAt);
        if (validator.Knows(keyId) || (asked != 0 && time.GetElapsedTime(asked) < LeastPause))
            return;
        validator.Use(await GetAsync());
        Interlocked.Exchange(ref _askedAt, time.GetTimestamp());
    }
}
