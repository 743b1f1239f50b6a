using System.Text.Json;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Storage;

/// <summary>Jobs that tidy the object store. They are written with the change that makes objects useless, so none is forgotten.</summary>
public static class StorageJobs
{
    /// <summary>The queue.</summary>
    public const string Queue = "storage";

    /// <summary>Deletes all objects under a prefix.</summary>
    public const string DeleteAllKind = "storage.delete_all";

    /// <summary>A job that deletes all objects under a prefix, which ends with a slash.</summary>
    public static NewJob DeleteAll(string prefix) =>
        new(Guid.CreateVersion7(), Queue, DeleteAllKind, null, prefix, JsonSerializer.Serialize(prefix)) { MaxAttempts = 20 };

    /// <summary>The prefix that a job deletes.</summary>
    public static string PrefixOf(string payload) => JsonSerializer.Deserialize<string>(payload)!;
}
