using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Grains.Uploads;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Transcodes the MP3 of a track to its playlist's format; the playlist's HLS stays available meanwhile.</summary>
public sealed class TranscodeTrack(IGrainFactory grains, AudioPreparer preparer, PlaylistCleanup cleanup) : IJobHandler
{
    /// <summary>At the priority of uploads, so that they alternate. The grain supplies the work. Stored under its original name.</summary>
    public static readonly JobKind Job = new("playlists.match", "playlists", JobLane.Work) { Priority = 10, MaxAttempts = 12 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var playlist = grains.GetGrain<IPlaylistBuildGrain>(run.Job.Subject);
        if (await playlist.FindTranscode(run.Job.JobId) is not { } track)
            return;
        var prefix = PlaylistKeys.Prefix(GrainKeys.ParseId(run.Job.Subject));
        try
        {
            var key = KeyOf(prefix, track);
            var span = await preparer.TranscodeAsync(track.Mp3.Key, new AudioFormat(AudioCodec.Mp3, track.SampleRate, track.Channels), key, run.Report, cancellationToken);
            await playlist.FinishMp3(new JobRunId(run.Lease.JobId, run.Lease.Token), track.Mp3.Key, PrepareUpload.ToSource(key, span));
        }
        catch (UnusableAudioException)
        {
            // One unreadable track must not block all others.
            await grains.GetGrain<IPlaylistAudioGrain>(run.Job.Subject).ReportUnreadable([track.Mp3.Key]);
        }
        finally
        {
            await cleanup.TidyAsync(run.Job.Subject);
        }
    }

    /// <summary>The previous build stays in use; the dead letter has the reason.</summary>
    public Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken) => grains.GetGrain<IPlaylistBuildGrain>(job.Subject).Abandon(job.JobId);

    private static string KeyOf(string prefix, TrackToTranscode track)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(track.Mp3.Key)).AsSpan(0, 12));
        return $"{prefix}mp3/{name}-{track.SampleRate}-{track.Channels}.mp3";
    }
}
