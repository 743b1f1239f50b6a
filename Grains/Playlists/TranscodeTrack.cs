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

/// <summary>Makes the MP3 of a track that has another format than its playlist; the playlist's HLS is heard meanwhile.</summary>
public sealed class TranscodeTrack(IGrainFactory grains, AudioPreparer preparer, PlaylistCleanup cleanup) : IJobHandler
{
    /// <summary>At the priority of uploads: they take turns. What it is to do it asks the grain. Stored under its first name.</summary>
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
            // One track that cannot be read must not keep all others from being heard.
            await grains.GetGrain<IPlaylistAudioGrain>(run.Job.Subject).ReportUnreadable([track.Mp3.Key]);
        }
        finally
        {
            await cleanup.TidyAsync(run.Job.Subject);
        }
    }

    /// <summary>What was built before is heard on; the dead letter tells what went wrong.</summary>
    public Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken) => grains.GetGrain<IPlaylistBuildGrain>(job.Subject).Abandon(job.JobId);

    private static string KeyOf(string prefix, TrackToTranscode track)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(track.Mp3.Key)).AsSpan(0, 12));
        return $"{prefix}mp3/{name}-{track.SampleRate}-{track.Channels}.mp3";
    }
}
