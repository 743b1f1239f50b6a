using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Playlists;

/// <content>Its owner's account: nobody hears a playlist while that is switched off.</content>
public sealed partial class PlaylistGrain
{
    private static readonly TimeSpan OwnerInterval = TimeSpan.FromSeconds(5);

    private bool _ownerDisabled;
    private long? _ownerSeenAt;

    private async Task<bool> IsOwnerDisabled()
    {
        if (_ownerSeenAt is { } at && time.GetElapsedTime(at) < OwnerInterval)
            return _ownerDisabled;
        try
        {
            _ownerDisabled = await GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(stored.State.OwnerId)).GetStanding() is { Disabled: true };
            _ownerSeenAt = time.GetTimestamp();
        }
        catch (Exception exception) when (exception.IsFailedCall() && exception is not AudioException { Error: not AudioError.Unavailable })
        {
            logger.LogWarning(exception, "Playlist {PlaylistId} cannot see its owner's account and goes on as before", Id);
        }
        return _ownerDisabled;
    }
}
