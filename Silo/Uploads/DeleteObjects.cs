using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Silo.Jobs;

namespace AudioOrleans.Silo.Uploads;

/// <summary>Deletes the objects of what was deleted.</summary>
public sealed class DeleteObjects(IObjectStore store) : IJobHandler
{
    /// <inheritdoc/>
    public string Kind => StorageJobs.DeleteAllKind;

    /// <inheritdoc/>
    public JobLane Lane => JobLane.Quiet;

    /// <inheritdoc/>
    public Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        return store.DeleteAllAsync(StorageJobs.PrefixOf(run.Job.Payload), cancellationToken);
    }

    /// <summary>Its dead letter tells what is left in the store.</summary>
    public Task DiedAsync(JobRow job, string reason, CancellationToken cancellationToken) => Task.CompletedTask;
}
