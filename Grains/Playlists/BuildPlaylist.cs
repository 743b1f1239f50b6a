using System.Text;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Builds the HLS playlist that a playlist sends, of those of its tracks.</summary>
public sealed class BuildPlaylist(IGrainFactory grains, IObjectStore store, PlaylistCleanup cleanup) : IJobHandler
{
    /// <summary>Some 160 hours: players cannot hold a longer playlist either.</summary>
    private const int MostSegments = 100_000;

    /// <summary>What it is to do it asks the grain.</summary>
    public static readonly JobKind Job = new("playlists.build", "playlists", JobLane.Quick) { Priority = 20, MaxAttempts = 12 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var playlist = grains.GetGrain<IPlaylistBuildGrain>(run.Job.Subject);
        if (await playlist.FindWork(run.Job.JobId) is not { } work)
            return;
        if (await StitchAsync(grains.GetGrain<IPlaylistAudioGrain>(run.Job.Subject), work, cancellationToken) is not { } stitched)
            return; // A track was found broken: its grain has begun another build.
        var manifestKey = PlaylistKeys.Manifest(work.Prefix, work.Version);
        try
        {
            using (var content = new MemoryStream(Encoding.UTF8.GetBytes(VodPlaylist.Render(stitched)), writable: false))
                await store.PutAsync(manifestKey, content, VodPlaylist.ContentType, default, cancellationToken);
            await playlist.FinishHls(new JobRunId(run.Lease.JobId, run.Lease.Token), manifestKey);
        }
        finally
        {
            await cleanup.TidyAsync(run.Job.Subject);
        }
    }

    /// <summary>What was built before is heard on; the dead letter tells what went wrong.</summary>
    public Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken) => grains.GetGrain<IPlaylistBuildGrain>(job.Subject).Abandon(job.JobId);

    private async Task<List<VodSegment>?> StitchAsync(IPlaylistAudioGrain playlist, PlaylistWork work, CancellationToken cancellationToken)
    {
        var segments = new List<VodSegment>();
        var missing = ImmutableArray.CreateBuilder<string>();
        var start = TimeSpan.Zero;
        foreach (var track in work.Tracks)
        {
            await using var found = await store.OpenAsync(track.PlaylistKey, cancellationToken: cancellationToken);
            if (found is null)
            {
                missing.Add(track.PlaylistKey);
                continue;
            }
            using var reader = new StreamReader(found.Content, Encoding.UTF8);
            // Its timestamps go on from the track before: ffmpeg's players, which look at nothing else, could not seek otherwise.
            var folder = PlaylistKeys.SegmentFolder(track.PlaylistKey, start - track.Skipped);
            start += track.Mp3.Duration;
            if (segments.Count > MostSegments)
                throw new JobFailedException($"The playlist has more than {MostSegments} segments of six seconds.");
            var breaks = segments.Count > 0 && !track.Follows;
            foreach (var segment in VodPlaylist.Parse(await reader.ReadToEndAsync(cancellationToken)).Skip(track.FirstSegment).Take(track.Segments ?? int.MaxValue))
            {
                segments.Add(segment with { Uri = $"hls/{folder}/{segment.Uri}", Discontinuity = segment.Discontinuity || breaks });
                breaks = false;
            }
        }
        if (missing.Count == 0)
            return segments;
        await playlist.ReportUnreadable(missing.ToImmutable());
        return null;
    }
}
