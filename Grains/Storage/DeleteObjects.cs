using System.Text.Json;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Grains.Storage;

/// <summary>
/// Deletes the objects of a deleted resource. The job is enqueued with the change that makes the objects obsolete, so none is missed; a
/// dead letter names what remains in the store.
/// </summary>
public sealed class DeleteObjects(IObjectStore store) : IJobHandler
{
    /// <summary>Its payload is the prefix, a JSON string.</summary>
    public static readonly JobKind Job = new("storage.delete_all", "storage", JobLane.Quiet) { MaxAttempts = 20 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <summary>Enqueues the deletion of all objects under a prefix, which ends with a slash.</summary>
    public static EnqueueJob Under(string prefix) => new(Job.Create(prefix, payload: JsonSerializer.Serialize(prefix)));

    /// <inheritdoc/>
    public Task RunAsync(JobRun run, CancellationToken cancellationToken) =>
        store.DeleteAllAsync(JsonSerializer.Deserialize<string>(run.Job.Payload)!, cancellationToken);
}
