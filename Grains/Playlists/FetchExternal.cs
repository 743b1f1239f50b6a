using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Grains.Uploads;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Playlists;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Fetches an external address, checks the result like an upload, and prepares it for listeners.</summary>
public sealed class FetchExternal(
    IGrainFactory grains, ExternalFiles files, FileIngest ingest, AudioPreparer preparer, IObjectStore store, PlaylistTables playlists, UploadOptions options, TimeProvider time) : IJobHandler
{
    private const int PageSize = 200;
    private const string Exhausted = "The address could not be fetched, although it was tried several times.";

    /// <summary>The maximum duration of a fetch, for servers that send endlessly or very slowly.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>The grain supplies the work. Stored under its original name.</summary>
    public static readonly JobKind Job = new("outside.fetch", "outside", JobLane.External) { Priority = 10, MaxAttempts = 4 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var external = grains.GetGrain<IExternalFetchGrain>(run.Job.Subject);
        var self = new JobRunId(run.Lease.JobId, run.Lease.Token);
        if (await external.FindWork(self) is not { } work)
            return;
        await store.DeleteAllAsync(ExternalKeys.Job(run.Job.Subject, run.Job.JobId), cancellationToken); // Leftovers of a killed run, or of an outage.
        var isKept = false;
        try
        {
            var fetched = await FetchAsync(work, run, cancellationToken);
            isKept = true; // Unless the grain refuses it: if its response is lost, it may have recorded the result.
            isKept = await external.Finish(self, fetched) && fetched.Audio is not null;
        }
        catch (SourceException exception) when (exception.Fault is not SourceFault.Unreachable)
        {
            throw new JobFailedException(exception.Message);
        }
        catch (Exception exception) when (exception is FileRefusedException or FileTooLargeException or UnusableAudioException)
        {
            throw new JobFailedException(exception.Message);
        }
        finally
        {
            if (!isKept)
                await store.DeleteAllAsync(work.Prefix, CancellationToken.None);
        }
        await NotifyAsync(run.Job.Subject, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken)
    {
        await grains.GetGrain<IExternalFetchGrain>(job.Subject).Fail(
            job.JobId, end.Cause == JobEndCause.Exhausted ? Exhausted : end.Reason, isFinal: end.Cause == JobEndCause.Failed);
        await NotifyAsync(job.Subject, cancellationToken);
    }

    private async Task<ExternalFetched> FetchAsync(ExternalWork work, JobRun run, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var file = await files.OpenAsync(new Uri(work.Url), work.ETag, work.LastModified, either.Token);
            if (file.IsUnchanged)
                return new ExternalFetched(null, file.ETag, file.LastModified, file.Lifetime);
            await using var bytes = await file.ReadAsync(either.Token);
            var taken = await ingest.TakeAsync(bytes, options.MaxBytes, kind => ValueTask.FromResult(KeyOf(work, kind)), either.Token);
            var request = new PreparationRequest(work.Prefix, KeyOf(work, taken.Kind), taken.Kind, [], null);
            var prepared = await preparer.PrepareAsync(request, run.Report, cancellationToken);
            return new ExternalFetched(PrepareUpload.ToPrepared(prepared), file.ETag, file.LastModified, file.Lifetime);
        }
        catch (OperationCanceledException exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SourceException(SourceFault.TooSlow, $"The address did not deliver the whole file within {Limit.TotalMinutes:0} minutes.", exception);
        }
    }

    /// <summary>Notifies the playlists that use the address. A playlist that cannot be reached queries it while somebody listens.</summary>
    private async Task NotifyAsync(string externalKey, CancellationToken cancellationToken)
    {
        var audio = await grains.GetGrain<IExternalAudioGrain>(externalKey).GetAudio();
        for (var after = Guid.Empty; ;)
        {
            var page = await playlists.ListUsingAsync(externalKey, after, PageSize, cancellationToken);
            foreach (var playlistId in page)
                await grains.GetGrain<IPlaylistAudioGrain>(GrainKeys.Playlist(playlistId)).TakeExternal(externalKey, audio);
            if (page.Count < PageSize)
                return;
            after = page[^1];
        }
    }

    private static string KeyOf(ExternalWork work, AudioFileKind kind) => $"{work.Prefix}original.{kind.Extension()}";
}
