using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Uploads;

namespace AudioOrleans.Grains.Uploads;

/// <summary>
/// One uploaded file. Its bytes go from the gateway to the object store and never through here; what is done to them is done by jobs,
/// which begin and end in the transactions that write this state.
/// </summary>
[GrainType("upload")]
public sealed partial class UploadGrain(
    [PersistentState("upload", StorageNames.Audio)] IPersistentState<UploadState> stored, UploadTable table, UploadOptions options, TimeProvider time)
    : Grain, IUploadGrain, IUploadIngestGrain, IUploadJobsGrain
{
    private int _progress;

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    private bool IsThere => stored is { RecordExists: true, State.Status: not UploadStatus.Receiving };

    /// <inheritdoc/>
    public Task<UploadDetails> Get(Caller caller)
    {
        var state = Of(caller);
        return Task.FromResult(IsThere ? UploadRules.ToDetails(Id, state, _progress) : throw NotFound());
    }

    /// <inheritdoc/>
    public Task<UploadMedia?> FindMedia()
    {
        if (!stored.RecordExists)
            DeactivateOnIdle(); // Made-up ids leave nothing behind.
        var state = stored.State;
        return Task.FromResult(IsThere
            ? new UploadMedia(
                state.OwnerId, state.Status, state.OriginalKey, state.Prepared?.Mp3.Key, state.Prepared?.PlaylistKey,
                state.Prepared?.HasArt ?? false, state.IsAnalysed)
            : null);
    }

    /// <inheritdoc/>
    public Task<UploadTrack?> FindTrack(Guid ownerId)
    {
        if (!stored.RecordExists)
            DeactivateOnIdle();
        return Task.FromResult(stored.State is { Status: UploadStatus.Ready, Prepared: { } prepared } state && state.OwnerId == ownerId
            ? new UploadTrack(prepared.Title, prepared.Artist, prepared.Mp3, prepared.PlaylistKey)
            : null);
    }

    /// <inheritdoc/>
    public async Task Delete(Caller caller)
    {
        Of(caller);
        try
        {
            await stored.ClearStateAsync();
        }
        catch (ReferencedRowException)
        {
            throw new AudioException(AudioError.Conflict, "The upload is used by a playlist or an episode; take it out there first");
        }
        DeactivateOnIdle();
    }

    private UploadState Of(Caller caller)
    {
        ArgumentNullException.ThrowIfNull(caller);
        if (!stored.RecordExists)
            throw NotFound();
        return caller.Owns(stored.State.OwnerId) ? stored.State : throw new AudioException(AudioError.Forbidden, "Upload belongs to somebody else");
    }

    private AudioException NotFound()
    {
        DeactivateOnIdle(); // Made-up ids leave nothing behind.
        return new AudioException(AudioError.NotFound, "Upload not found");
    }

    /// <summary>Writes the next state; what goes along with one write only is not kept.</summary>
    private async Task Write(Func<UploadState, UploadState> change)
    {
        await stored.ChangeAsync(change);
        stored.State = stored.State with { NewJobs = [], EndingJob = null, Quota = null, IsTakingPartials = false };
    }
}
