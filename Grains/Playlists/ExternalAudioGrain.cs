using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Playlists;

/// <summary>
/// An external address: fetched once for all playlists, and fetched again when it is stale. Its audio stays in use until a fetch returns
/// new audio, or none.
/// </summary>
[GrainType("external-audio")]
public sealed class ExternalAudioGrain(
    [CommittedState("external-audio")] ICommittedState<ExternalAudioState> stored, TimeProvider time) : Grain, IExternalAudioGrain, IExternalFetchGrain
{
    private const string Unreadable = "The track's file can no longer be read; it will be fetched again in a few minutes.";

    /// <summary>How long audio is cached if its server does not say.</summary>
    private static readonly TimeSpan StandardLifetime = TimeSpan.FromHours(24);

    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromHours(1);

    /// <summary>The minimum time between a failure and the next attempt.</summary>
    private static readonly TimeSpan FailureLifetime = TimeSpan.FromMinutes(5);

    /// <summary>The minimum time between two writes of when it was last requested.</summary>
    private static readonly TimeSpan WantedResolution = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public async Task<ExternalAudio> RequestAudio(Secret url)
    {
        var now = time.GetUtcNow();
        if (NeedsFetch(stored.State) || now - stored.State.WantedAt >= WantedResolution)
        {
            await stored.Commit(before =>
            {
                var next = before with { Url = url.Value, WantedAt = now };
                if (!NeedsFetch(before))
                    return next;
                var job = FetchExternal.Job.Create(this.GetPrimaryKeyString());
                return new Change<ExternalAudioState>(next with { FetchJob = job.JobId }, new EnqueueJob(job));
            });
        }
        return Known();

        bool NeedsFetch(ExternalAudioState state) => state.FetchJob is null && (!stored.Exists || state.ExpiresAt <= now);
    }

    /// <inheritdoc/>
    public Task<ExternalWork?> FindWork(JobRunId run)
    {
        var state = stored.State;
        return Task.FromResult(stored.Exists && state.FetchJob == run.JobId
            ? new ExternalWork(state.Url, ExternalKeys.Prefix(this.GetPrimaryKeyString(), run.JobId, run.LeaseToken), state.Audio is null ? null : state.ETag, state.Audio is null ? null : state.LastModified)
            : null);
    }

    /// <inheritdoc/>
    public async Task<bool> Finish(JobRunId run, ExternalFetched fetched)
    {
        if (!stored.Exists || stored.State.FetchJob != run.JobId)
            return false;
        var lifetime = fetched.Lifetime is { } told ? (told > ShortestLifetime ? told : ShortestLifetime) : StandardLifetime;
        try
        {
            await stored.Commit(state => WithFetched(state, run, fetched, time.GetUtcNow() + lifetime).With(new EndJob(new JobLease(run.JobId, run.LeaseToken))));
            return true;
        }
        catch (LeaseLostException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task Fail(Guid jobId, string reason, bool isFinal) => !stored.Exists || stored.State.FetchJob != jobId ? Task.CompletedTask : stored.Commit(state => state with
    {
        Audio = isFinal ? null : state.Audio,
        Error = isFinal || state.Audio is null ? reason : null,
        ExpiresAt = time.GetUtcNow() + FailureLifetime,
        FetchJob = null,
    });

    /// <inheritdoc/>
    public Task ReportUnreadable(string playlistKey) => stored.State.Audio?.PlaylistKey != playlistKey ? Task.CompletedTask : stored.Commit(state => state with
    {
        Audio = null,
        Error = Unreadable,
        // Not immediately: a file that is unreadable after every fetch must not be fetched all the time.
        ExpiresAt = time.GetUtcNow() + FailureLifetime,
    });

    /// <inheritdoc/>
    public Task<ExternalAudio> GetAudio() => Task.FromResult(Known());

    /// <inheritdoc/>
    public async Task Expire()
    {
        if (!stored.Exists || time.GetUtcNow() - stored.State.WantedAt < ExternalKeys.Unwanted)
            return;
        await stored.Clear(new CancelJobs(), DeleteObjects.Under(ExternalKeys.Root(this.GetPrimaryKeyString())));
        DeactivateOnIdle();
    }

    private ExternalAudio Known() => new(stored.State.Audio, stored.State.Error);

    private Change<ExternalAudioState> WithFetched(ExternalAudioState state, JobRunId run, ExternalFetched fetched, DateTimeOffset expiresAt)
    {
        var next = state with
        {
            Error = null,
            ETag = fetched.ETag ?? state.ETag,
            LastModified = fetched.LastModified ?? state.LastModified,
            ExpiresAt = expiresAt,
            FetchJob = null,
        };
        if (fetched.Audio is null)
        {
            // Unchanged, but the stored audio was found unreadable in the meantime: the next fetch downloads it in full.
            return state.Audio is null ? next with { Error = state.Error, ETag = null, LastModified = null, ExpiresAt = time.GetUtcNow() } : next;
        }
        next = next with { Audio = fetched.Audio, Prefix = ExternalKeys.Prefix(this.GetPrimaryKeyString(), run.JobId, run.LeaseToken), PreviousPrefix = state.Prefix };
        return state.PreviousPrefix is { } old ? new Change<ExternalAudioState>(next, DeleteObjects.Under(old)) : next;
    }
}
