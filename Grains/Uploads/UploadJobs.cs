using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Uploads;

/// <summary>The jobs of uploads. What they are to do they ask the upload's grain: their payload is empty.</summary>
public static class UploadJobs
{
    /// <summary>The queue of files that somebody waits for.</summary>
    public const string PreparationQueue = "uploads";

    /// <summary>Prepares a file for listeners.</summary>
    public const string PreparationKind = "uploads.prepare";

    /// <summary>The queue of measurements, which nobody waits for.</summary>
    public const string AnalysisQueue = "analysis";

    /// <summary>Measures a file and draws its waveform.</summary>
    public const string AnalysisKind = "uploads.analyse";

    private const string NoPayload = "{}";
    private const int Soon = 10;

    /// <summary>With the pauses in between about ten minutes: a cluster that lost silos has settled by then.</summary>
    private const int MostAttempts = 12;

    internal static NewJob Prepare(Guid uploadId, Guid ownerId) =>
        new(Guid.CreateVersion7(), PreparationQueue, PreparationKind, ownerId, GrainKeys.Upload(uploadId), NoPayload) { Priority = Soon, MaxAttempts = MostAttempts };

    internal static NewJob Analyse(Guid uploadId, Guid ownerId) =>
        new(Guid.CreateVersion7(), AnalysisQueue, AnalysisKind, ownerId, GrainKeys.Upload(uploadId), NoPayload) { MaxAttempts = 3 };
}
