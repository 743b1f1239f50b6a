using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Grains.Uploads;

/// <summary>Prepares an uploaded file for listeners; its grain records the result, which completes the job.</summary>
public sealed class PrepareUpload(IGrainFactory grains, AudioPreparer preparer, IObjectStore store, TimeProvider time) : IJobHandler
{
    private const string Exhausted = "The file could not be prepared, although it was tried several times. Please send it again later.";

    /// <summary>With the pauses in between, about ten minutes of attempts: enough for a cluster that lost silos to settle. The grain supplies the work.</summary>
    public static readonly JobKind Job = new("uploads.prepare", "uploads", JobLane.Work) { Priority = 10, MaxAttempts = 12 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var upload = grains.GetGrain<IUploadJobsGrain>(run.Job.Subject);
        if (await upload.FindWork(run.Job.JobId) is not { } work)
            return;
        try
        {
            using var progress = new ProgressReporter(percent => upload.Report(run.Job.JobId, percent), time);
            var request = new PreparationRequest(work.Prefix, work.SourceKey, AudioFileKinds.OfExtension(work.Format), work.RenditionsKbps, work.TargetLufs);
            var prepared = await preparer.PrepareAsync(
                request,
                percent =>
                {
                    run.Report(percent);
                    progress.Report(percent);
                },
                cancellationToken);
            await upload.Finish(new JobRunId(run.Lease.JobId, run.Lease.Token), ToPrepared(prepared));
        }
        catch (UnusableAudioException exception)
        {
            throw new JobFailedException(exception.Message);
        }
        finally
        {
            await UploadCleanup.TidyAsync(grains, store, run.Job.Subject, work.Prefix);
        }
    }

    /// <inheritdoc/>
    public Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken)
    {
        // The reasons for exhausted attempts mean nothing to a DJ; the dead letter has them.
        return grains.GetGrain<IUploadJobsGrain>(job.Subject).Fail(job.JobId, end.Cause == JobEndCause.Exhausted ? Exhausted : end.Reason);
    }

    internal static MediaAsset ToPrepared(PreparedAudio audio) => new(
        audio.Tags.Title, audio.Tags.Artist, audio.Tags.Album, audio.BitsPerSecond, ToSource(audio.Mp3Key, audio.Mp3), audio.PlaylistKey, audio.HasArt,
        audio.Warning, ToChapters(audio.Tags.Chapters));

    private static ImmutableArray<Chapter>? ToChapters(ImmutableArray<FileChapter>? chapters) => chapters is { } some
        ? [.. some.Select(chapter => new Chapter(chapter.Start.TotalSeconds, chapter.Title, null, null, chapter.End?.TotalSeconds, false))]
        : null;

    internal static Mp3Source ToSource(string key, AudioSpan span) =>
        new(key, span.Offset, span.Length, span.Duration, span.Format?.SampleRate ?? 0, span.Format?.Channels ?? 0, span.Positions,
            span.Padding is { } padding ? new SoundPadding(padding.Start, padding.End) : null);
}
