using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Media;

/// <summary>A grain of something with a cover. <see cref="CoverRules"/> decides the next state.</summary>
/// <typeparam name="TState">Its state.</typeparam>
public abstract class CoveredGrain<TState> : Grain, ICoveredGrain where TState : ICoveredState<TState>
{
    /// <summary>Less than Orleans' response timeout.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private ChangeSignal? _made;

    /// <summary>The state.</summary>
    protected abstract ICommittedState<TState> Covered { get; }

    /// <summary>The clock.</summary>
    protected abstract TimeProvider Clock { get; }

    private ChangeSignal Made => _made ??= new ChangeSignal(Clock);

    /// <inheritdoc/>
    public Task<CoverDetails?> FindCover(Guid? episodeId)
    {
        if (!Covered.Exists)
            DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        return Task.FromResult(Covered.Exists ? Covered.State.FindCover(episodeId, Clock.GetUtcNow()) : null);
    }

    /// <inheritdoc/>
    public async Task<CoverDetails?> WaitForCover(Guid? episodeId, Guid version)
    {
        var until = Clock.GetTimestamp();
        while (Covered.Exists && Covered.State.FindCover(episodeId, Clock.GetUtcNow())?.State.Pending == version && Clock.GetElapsedTime(until) is var waited && waited < LongestWait)
            await Made.WaitAsync(LongestWait - waited);
        return await FindCover(episodeId);
    }

    /// <inheritdoc/>
    public Task ReplaceCover(Caller caller, Guid? episodeId, Guid version)
    {
        RequireOwner(caller);
        return CommitCover(state => CoverRules.Replace(state, this.GetPrimaryKeyString(), episodeId, version, Clock.GetUtcNow()));
    }

    /// <inheritdoc/>
    public async Task RemoveCover(Caller caller, Guid? episodeId)
    {
        RequireOwner(caller);
        await CommitCover(state => CoverRules.Remove(state, this.GetPrimaryKeyString(), episodeId, Clock.GetUtcNow()));
        Made.Raise();
    }

    /// <inheritdoc/>
    public async Task<bool> FinishCover(JobRunId run, Guid? episodeId, Cover? made, CoverProblem? problem)
    {
        if (!Covered.Exists)
            return false;
        try
        {
            await CommitCover(state => CoverRules.Finish(state, this.GetPrimaryKeyString(), episodeId, run, made, problem, Clock.GetUtcNow()));
        }
        catch (LeaseLostException)
        {
            return false;
        }
        Made.Raise();
        return true;
    }

    /// <inheritdoc/>
    public async Task FailCover(Guid? episodeId, Guid version, CoverProblem problem)
    {
        if (!Covered.Exists)
            return;
        await CommitCover(state => CoverRules.Fail(state, episodeId, version, problem, Clock.GetUtcNow()));
        Made.Raise();
    }

    /// <summary>Rejects anybody but the owner.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden.</exception>
    protected abstract void RequireOwner(Caller caller);

    /// <summary>Commits another cover, with what follows from a change of the noun.</summary>
    protected virtual Task CommitCover(Func<TState, Change<TState>> decide) => Covered.Commit(decide);
}
