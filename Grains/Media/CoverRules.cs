using System.Text.Json;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Media;

/// <summary>The state of something with a cover.</summary>
/// <typeparam name="TState">The state itself.</typeparam>
public interface ICoveredState<TState>
{
    /// <summary>Whether it has objects in the store, those of parts included.</summary>
    bool HasCovers();

    /// <summary>The cover of the noun, or of an episode; null if there is no such episode.</summary>
    CoverDetails? FindCover(Guid? episodeId, DateTimeOffset now);

    /// <summary>The state with another cover.</summary>
    /// <param name="episodeId">The episode; null for the noun itself.</param>
    /// <param name="cover">The cover.</param>
    /// <param name="changedAt">When others see another cover than before, UTC; null if they do not.</param>
    TState WithCover(Guid? episodeId, CoverState cover, DateTimeOffset? changedAt);
}

/// <summary>The next states of covers, the same for all nouns. Needs no runtime.</summary>
public static class CoverRules
{
    /// <summary>A file was received: a job makes its pictures. One that is pending is given up; its job finds that out and deletes it.</summary>
    public static Change<T> Replace<T>(T state, string grainKey, Guid? episodeId, Guid version, DateTimeOffset now) where T : ICoveredState<T>
    {
        var found = Find(state, episodeId, now);
        if (found.State.Pending == version || found.State.Current?.Version == version)
            return state; // The same call again.
        var job = PrepareCover.Job.Create(grainKey, found.OwnerId, JsonSerializer.Serialize(episodeId)) with { JobId = version };
        return new Change<T>(state.WithCover(episodeId, found.State with { Pending = version, Problem = null }, null), new EnqueueJob(job));
    }

    /// <summary>There is no cover any more. The job of one that is pending finds that out and deletes it.</summary>
    public static Change<T> Remove<T>(T state, string grainKey, Guid? episodeId, DateTimeOffset now) where T : ICoveredState<T>
    {
        var current = Find(state, episodeId, now).State.Current;
        return new Change<T>(state.WithCover(episodeId, CoverState.None, current is null ? null : now), Delete(grainKey, episodeId, current));
    }

    /// <summary>The pictures were made, or cannot be.</summary>
    /// <exception cref="LeaseLostException">The run's version is not the pending one.</exception>
    public static Change<T> Finish<T>(T state, string grainKey, Guid? episodeId, JobRunId run, Cover? made, CoverProblem? problem, DateTimeOffset now) where T : ICoveredState<T>
    {
        if (state.FindCover(episodeId, now)?.State is not { } cover || cover.Pending != run.JobId)
            throw new LeaseLostException();
        var change = made is null
            ? new Change<T>(state.WithCover(episodeId, cover with { Pending = null, Problem = problem }, null))
            : new Change<T>(state.WithCover(episodeId, new CoverState(made, null, null), now), Delete(grainKey, episodeId, cover.Current));
        return change.With(new EndJob(new JobLease(run.JobId, run.LeaseToken)));
    }

    /// <summary>The job of a version has failed for good.</summary>
    public static T Fail<T>(T state, Guid? episodeId, Guid version, CoverProblem problem, DateTimeOffset now) where T : ICoveredState<T> =>
        state.FindCover(episodeId, now)?.State is { } cover && cover.Pending == version
            ? state.WithCover(episodeId, cover with { Pending = null, Problem = problem }, null)
            : state;

    /// <summary>Deletes all covers of something that is deleted.</summary>
    public static IStateEffect[] DeleteAll<T>(T state, string grainKey) where T : ICoveredState<T> =>
        state.HasCovers() ? [DeleteObjects.Under(CoverKeys.Prefix(grainKey))] : [];

    /// <summary>The cover in a row of a read model; null for none.</summary>
    public static Cover? OfRow(Guid? version, int? pixels) => version is { } id ? new Cover(id, pixels!.Value) : null;

    /// <summary>Whether there are objects of a cover in the store.</summary>
    public static bool HasObjects(CoverState cover) => cover is not { Current: null, Pending: null };

    private static IStateEffect[] Delete(string grainKey, Guid? episodeId, Cover? cover) =>
        cover is null ? [] : [DeleteObjects.Under(CoverKeys.Folder(grainKey, episodeId, cover.Version))];

    private static CoverDetails Find<T>(T state, Guid? episodeId, DateTimeOffset now) where T : ICoveredState<T> =>
        state.FindCover(episodeId, now) ?? throw new AudioException(AudioError.NotFound, "Episode not found");
}
