using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Playlists;

/// <summary>
/// An address outside: fetched once, whoever wants it, and looked at anew when it is too old. What it gave is heard until it gives
/// something else, or nothing any more.
/// </summary>
[GrainType("external-audio")]
public sealed class ExternalAudioGrain(
    [PersistentState("external-audio", StorageNames.Audio)] IPersistentState<ExternalAudioState> stored, TimeProvider time) : Grain, IExternalAudioGrain, IExternalFetchGrain
{
    private const string Unreadable = "The track's file cannot be read any more; it is fetched anew in some minutes.";

    /// <summary>How long what it gave is kept where its server says nothing of that.</summary>
    private static readonly TimeSpan StandardLifetime = TimeSpan.FromHours(24);

    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromHours(1);

    /// <summary>After a failure it is tried again no sooner.</summary>
    private static readonly TimeSpan FailureLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Who wants it is written down no more often.</summary>
    private static readonly TimeSpan WantedResolution = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async Task<ExternalAudio> RequestAudio(Secret url, string playlistKey)
    {
        ArgumentNullException.ThrowIfNull(url);
        var now = time.GetUtcNow();
        var state = stored.State;
        var fetch = state.FetchJob is null && (!stored.RecordExists || state.ExpiresAt <= now);
        if (fetch || !state.WantedBy.Contains(playlistKey) || now - state.WantedAt >= WantedResolution)
        {
            var job = fetch ? PlaylistJobs.Fetch(this.GetPrimaryKeyString()) : null;
            await Write(before => before with
            {
                Url = url.Value,
                WantedBy = before.WantedBy.Contains(playlistKey) ? before.WantedBy : before.WantedBy.Add(playlistKey),
                WantedAt = now,
                FetchJob = job?.JobId ?? before.FetchJob,
                NewJobs = job is null ? [] : [job],
            });
        }
        return Known();
    }

    /// <inheritdoc/>
    public Task<ExternalWork?> FindWork(UploadJobRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var state = stored.State;
        return Task.FromResult(stored.RecordExists && state.FetchJob == run.JobId
            ? new ExternalWork(state.Url, ExternalKeys.Prefix(this.GetPrimaryKeyString(), run.JobId, run.LeaseToken), state.Audio is null ? null : state.ETag, state.Audio is null ? null : state.LastModified)
            : null);
    }

    /// <inheritdoc/>
    public async Task<bool> Finish(UploadJobRun run, ExternalFetched fetched)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(fetched);
        if (!stored.RecordExists || stored.State.FetchJob != run.JobId)
            return false;
        var lifetime = fetched.Lifetime is { } told ? (told > ShortestLifetime ? told : ShortestLifetime) : StandardLifetime;
        try
        {
            await Write(state =>
            {
                var next = state with
                {
                    Error = null,
                    ETag = fetched.ETag ?? state.ETag,
                    LastModified = fetched.LastModified ?? state.LastModified,
                    ExpiresAt = time.GetUtcNow() + lifetime,
                    FetchJob = null,
                    EndingJob = new JobLease(run.JobId, run.LeaseToken),
                };
                // Unchanged, but what was there was found unreadable meanwhile: it is fetched whole with the next look.
                if (fetched.Audio is null && state.Audio is null)
                    return next with { Error = state.Error, ETag = null, LastModified = null, ExpiresAt = time.GetUtcNow() };
                return fetched.Audio is null ? next : next with
                {
                    Audio = fetched.Audio,
                    Prefix = ExternalKeys.Prefix(this.GetPrimaryKeyString(), run.JobId, run.LeaseToken),
                    PreviousPrefix = state.Prefix,
                    NewJobs = state.PreviousPrefix is { } old ? [StorageJobs.DeleteAll(old)] : [],
                };
            });
            return true;
        }
        catch (LeaseLostException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task Fail(Guid jobId, string reason, bool isFinal) => !stored.RecordExists || stored.State.FetchJob != jobId ? Task.CompletedTask : Write(state => state with
    {
        Audio = isFinal ? null : state.Audio,
        Error = isFinal || state.Audio is null ? reason : null,
        ExpiresAt = time.GetUtcNow() + FailureLifetime,
        FetchJob = null,
    });

    /// <inheritdoc/>
    public Task ReportUnreadable(string playlistKey) => stored.State.Audio?.PlaylistKey != playlistKey ? Task.CompletedTask : Write(state => state with
    {
        Audio = null,
        Error = Unreadable,
        // Not at once: a file that cannot be read however often it is fetched must not be fetched all the time.
        ExpiresAt = time.GetUtcNow() + FailureLifetime,
    });

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> GetWantedBy() => Task.FromResult(stored.State.WantedBy);

    /// <inheritdoc/>
    public Task Release(ImmutableArray<string> playlistKeys) => !stored.RecordExists || !stored.State.WantedBy.Any(playlistKeys.Contains)
        ? Task.CompletedTask
        : Write(state => state with { WantedBy = state.WantedBy.RemoveRange(playlistKeys) });

    /// <inheritdoc/>
    public Task<ExternalAudio> GetAudio() => Task.FromResult(Known());

    /// <inheritdoc/>
    public async Task Expire()
    {
        if (!stored.RecordExists || time.GetUtcNow() - stored.State.WantedAt < ExternalKeys.Unwanted)
            return;
        await stored.ClearStateAsync();
        DeactivateOnIdle();
    }

    private ExternalAudio Known() => new(stored.State.Audio, stored.State.Error);

    private async Task Write(Func<ExternalAudioState, ExternalAudioState> change)
    {
        await stored.ChangeAsync(change);
        stored.State = stored.State with { NewJobs = [], EndingJob = null };
    }
}
