using System.Text.Json;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Grains.Media;

/// <summary>Makes the pictures of a cover; the grain of what it belongs to records them, which completes the job.</summary>
public sealed class PrepareCover(IGrainFactory grains, CoverPictures pictures, IObjectStore store) : IJobHandler
{
    private static readonly CoverProblem Exhausted = new("not_prepared", "The pictures could not be made, although it was tried several times. Please send the file again later.");

    /// <summary>Its id is the version, its subject the grain, its payload the episode or null, as JSON.</summary>
    public static readonly JobKind Job = new("covers.prepare", "covers", JobLane.Quick) { Priority = 10, MaxAttempts = 8 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var (key, episodeId, version) = (run.Job.Subject, EpisodeOf(run.Job), run.Job.JobId);
        var covered = grains.Covered(key);
        try
        {
            if ((await covered.FindCover(episodeId))?.State.Pending != version)
                return;
            var (made, problem) = await MakeAsync(key, episodeId, version, cancellationToken);
            await covered.FinishCover(new JobRunId(run.Lease.JobId, run.Lease.Token), episodeId, made, problem);
        }
        finally
        {
            await TidyAsync(key, episodeId, version);
        }
    }

    /// <inheritdoc/>
    public Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken) =>
        grains.Covered(job.Subject).FailCover(EpisodeOf(job), job.JobId, Exhausted);

    private async Task<(Cover? Made, CoverProblem? Problem)> MakeAsync(string key, Guid? episodeId, Guid version, CancellationToken cancellationToken)
    {
        try
        {
            var pixels = await pictures.MakeAsync(CoverKeys.Original(key, episodeId, version), CoverKeys.Folder(key, episodeId, version), cancellationToken);
            return (new Cover(version, pixels), null);
        }
        catch (FileRefusedException refused)
        {
            return (null, new CoverProblem(refused.Reason, refused.Message));
        }
    }

    /// <summary>The file as it was sent is deleted once its pictures are made, and everything if the version is not in use, since nobody else would.</summary>
    private async Task TidyAsync(string key, Guid? episodeId, Guid version)
    {
        var cover = (await grains.Covered(key).FindCover(episodeId))?.State;
        if (cover?.Current?.Version == version)
            await store.DeleteAsync(CoverKeys.Original(key, episodeId, version), CancellationToken.None);
        else if (cover?.Pending != version)
            await store.DeleteAllAsync(CoverKeys.Folder(key, episodeId, version), CancellationToken.None);
    }

    private static Guid? EpisodeOf(JobRow job) => JsonSerializer.Deserialize<Guid?>(job.Payload);
}
