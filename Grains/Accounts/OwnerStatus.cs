using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Accounts;

/// <summary>Whether the account that owns a stream or a playlist is disabled. If the account cannot be reached, its last status applies.</summary>
internal sealed class OwnerStatus(IGrainFactory grains, TimeProvider time, ILogger logger)
{
    private long? _askedAt;

    /// <summary>Whether the account was disabled at the last check.</summary>
    public bool IsDisabled { get; private set; }

    /// <summary>Queries the account, unless that was done less than <paramref name="maxAge"/> ago.</summary>
    /// <returns>Whether the status has changed.</returns>
    public async Task<bool> RefreshAsync(Guid ownerId, TimeSpan maxAge)
    {
        if (_askedAt is { } at && time.GetElapsedTime(at) < maxAge)
            return false;
        var before = IsDisabled;
        try
        {
            IsDisabled = await grains.GetGrain<IAccountGrain>(GrainKeys.Account(ownerId)).GetStanding() is { Disabled: true };
            _askedAt = time.GetTimestamp();
        }
        catch (Exception exception) when (exception.IsFailedCall() && exception is not AudioException { Error: not AudioError.Unavailable })
        {
            logger.LogWarning(exception, "The status of account {OwnerId} could not be read; its streams and playlists continue as before", ownerId);
        }
        return IsDisabled != before;
    }
}
