using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Grains.Uploads;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Gapless;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Creates the join of two consecutive tracks; until then they play with their encoders' silence between them.</summary>
public sealed class JoinTracks(IGrainFactory grains, GaplessJoiner joiner, PlaylistCleanup cleanup) : IJobHandler
{
    /// <summary>At the priority of uploads, so that they alternate. The grain supplies the work.</summary>
    public static readonly JobKind Job = new("playlists.join", "playlists", JobLane.Work) { Priority = 10, MaxAttempts = 12 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var playlist = grains.GetGrain<IPlaylistBuildGrain>(run.Job.Subject);
        if (await playlist.FindJoin(run.Job.JobId) is not { } pair)
            return;
        var prefix = PlaylistKeys.Join(PlaylistKeys.Prefix(GrainKeys.ParseId(run.Job.Subject)), pair.First.Key, pair.Second.Key);
        try
        {
            var sound = await JoinAsync(pair, prefix, cancellationToken);
            await playlist.FinishJoin(new JobRunId(run.Lease.JobId, run.Lease.Token), new TrackJoin(pair.First.Key, pair.Second.Key, sound));
        }
        finally
        {
            await cleanup.TidyAsync(run.Job.Subject);
        }
    }

    /// <summary>The other tracks are still joined; the dead letter has the reason.</summary>
    public Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken) => grains.GetGrain<IPlaylistBuildGrain>(job.Subject).AbandonJoin(job.JobId);

    private async Task<JoinSound?> JoinAsync(TracksToJoin pair, string prefix, CancellationToken cancellationToken)
    {
        try
        {
            var join = await joiner.JoinAsync(SideOf(pair.First, pair.FirstPlaylistKey), SideOf(pair.Second, pair.SecondPlaylistKey), prefix, cancellationToken);
            return join is null
                ? null
                : new JoinSound(PrepareUpload.ToSource(join.Mp3Key, join.Mp3), join.PlaylistKey, ToStretch(join.Before), ToStretch(join.Replaced), join.Positions);
        }
        catch (UnusableAudioException)
        {
            return null; // Tracks that cannot be joined play without a join; an unreadable one is detected on playback.
        }
    }

    private static JoinedTrack SideOf(Mp3Source mp3, string playlistKey) =>
        new(mp3.Key, mp3.Offset, mp3.Length, new EncoderPadding(mp3.Padding!.Start, mp3.Padding.End), playlistKey);

    private static TrackStretch ToStretch(TrackSpan span) => new(span.Segments, span.Bytes, span.Duration);
}
