using System.Text;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Builds the HLS playlist of a playlist's tracks.</summary>
public sealed class BuildPlaylist(IGrainFactory grains, IObjectStore store, PlaylistCleanup cleanup) : IJobHandler
{
    /// <summary>About 160 hours: players cannot handle a longer playlist either.</summary>
    private const int MostSegments = 100_000;

    /// <summary>The grain supplies the work.</summary>
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
            return; // A track is unreadable: the grain has started another build.
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

    /// <summary>The previous build stays in use; the dead letter has the reason.</summary>
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
            // Its timestamps continue those of the previous track: ffmpeg-based players, which rely on nothing else, could not seek otherwise.
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
