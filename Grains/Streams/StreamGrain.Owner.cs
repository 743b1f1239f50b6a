using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Streams;

/// <content>
/// Its owner's account: a stream is off the air while that is switched off. The account tells its streams; each also looks when it
/// wakes and once a minute, so that none is forgotten.
/// </content>
public sealed partial class StreamGrain
{
    private bool _ownerDisabled;

    private bool MayRelay => stored is { RecordExists: true, State.Enabled: true } && !_ownerDisabled;

    private async Task LookAtOwner()
    {
        bool disabled;
        try
        {
            disabled = await GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(stored.State.OwnerId)).GetStanding() is { Disabled: true };
        }
        catch (Exception exception) when (exception.IsFailedCall() && exception is not AudioException { Error: not AudioError.Unavailable })
        {
            logger.LogWarning(exception, "Stream {StreamId} cannot see its owner's account and goes on as before", Id);
            return;
        }
        if (disabled == _ownerDisabled)
            return;
        _ownerDisabled = disabled;
        _live.Reset(MayRelay);
        if (disabled)
            await relays.StopAsync(Id);
        await TellWatchers();
    }
}
