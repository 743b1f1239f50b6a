using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Audio.Orleans.Contracts.Playlists;
using Audio.Orleans.Contracts.Uploads;
using Audio.Orleans.Grains.Playlists;
using Audio.Orleans.Persistence.Jobs;
using Audio.Orleans.RelayHost.Frames;
using Audio.Orleans.RelayHost.Objects;
using Audio.Orleans.RelayHost.OnDemand;
using Audio.Orleans.Silo.Jobs;
using Audio.Orleans.Silo.Uploads;

namespace Audio.Orleans.Silo.Playlists;

/// <summary>
/// Builds what a playlist sends: the HLS playlist first, of the tracks' own; then MP3s in the playlist's format of tracks that have another.
/// </summary>
public sealed class BuildPlaylist(IGrainFactory grains, IObjectStore store, AudioPreparer preparer, TimeProvider time) : IJobHandler
{
    /// <summary>Some 160 hours: players cannot hold a longer playlist either.</summary>
    private const int MostSegments = 100_000;

    /// <inheritdoc/>
    public string Kind => PlaylistJobs.BuildKind;

    /// <inheritdoc/>
    public JobLane Lane => JobLane.Quick;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        var playlist = grains.GetGrain<IPlaylistBuildGrain>(run.Job.Subject);
        if (await playlist.FindWork(run.Job.JobId) is not { } work)
            return;
        if (await StitchAsync(playlist, work, cancellationToken) is not { } stitched)
            return; // A track was found broken: its grain has begun another build.
        var manifestKey = PlaylistKeys.Manifest(work.Prefix, work.Version);
        using (var content = new MemoryStream(Encoding.UTF8.GetBytes(VodPlaylist.Render(stitched)), writable: false))
            await store.PutAsync(manifestKey, content, VodPlaylist.ContentType, default, cancellationToken);
        await playlist.PublishHls(run.Job.JobId, manifestKey);

        var format = PlaylistRules.FormatOf(work.Tracks.Select(track => track.Mp3));
        var mp3s = ImmutableArray.CreateBuilder<Mp3Source>(work.Tracks.Length);
        foreach (var track in work.Tracks)
        {
            var isAsItIs = PlaylistRules.HasFormat(track.Mp3, format);
            if ((isAsItIs ? track.Mp3 : await MatchAsync(playlist, work, track, format, cancellationToken)) is not { } mp3)
                return; // The same.
            if (!isAsItIs)
                await playlist.PublishMp3(run.Job.JobId, mp3s.Count, mp3); // Somebody may have come to it.
            mp3s.Add(mp3);
            run.Report(mp3s.Count * 100 / work.Tracks.Length);
        }
        if (await playlist.Finish(new UploadJobRun(run.Lease.JobId, run.Lease.Token), mp3s.ToImmutable()))
            await TidyAsync(work.Prefix, [manifestKey, .. mp3s.Select(mp3 => mp3.Key)], cancellationToken);
    }

    /// <summary>What was built before is heard on; the dead letter tells what went wrong.</summary>
    public Task DiedAsync(JobRow job, string reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        return grains.GetGrain<IPlaylistBuildGrain>(job.Subject).GiveUp(job.JobId);
    }

    private async Task<List<VodSegment>?> StitchAsync(IPlaylistBuildGrain playlist, PlaylistWork work, CancellationToken cancellationToken)
    {
        var segments = new List<VodSegment>();
        var missing = ImmutableArray.CreateBuilder<string>();
        foreach (var track in work.Tracks)
        {
            await using var found = await store.OpenAsync(track.PlaylistKey, cancellationToken: cancellationToken);
            if (found is null)
            {
                missing.Add(track.PlaylistKey);
                continue;
            }
            using var reader = new StreamReader(found.Content, Encoding.UTF8);
            var folder = PlaylistKeys.MediaName(track.PlaylistKey);
            if (segments.Count > MostSegments)
                throw new JobFailedException($"The playlist has more than {MostSegments} segments of six seconds.");
            var breaks = segments.Count > 0;
            foreach (var segment in VodPlaylist.Parse(await reader.ReadToEndAsync(cancellationToken)))
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

    private async Task<Mp3Source?> MatchAsync(IPlaylistBuildGrain playlist, PlaylistWork work, TrackToBuild track, AudioFormat format, CancellationToken cancellationToken)
    {
        var name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(track.Mp3.Key)).AsSpan(0, 12));
        var key = $"{work.Prefix}mp3/{name}-{format.SampleRate}-{format.Channels}.mp3";
        try
        {
            var span = await preparer.MatchAsync(track.Mp3.Key, format, key, _ => { }, cancellationToken);
            return PrepareUpload.ToSource(key, span);
        }
        catch (UnusableAudioException)
        {
            // One track that cannot be read must not keep all others from being heard.
            await playlist.ReportUnreadable([track.Mp3.Key]);
            return null;
        }
    }

    private async Task TidyAsync(string prefix, HashSet<string> used, CancellationToken cancellationToken)
    {
        var oldest = time.GetUtcNow() - PlaylistRules.StillHeard;
        await foreach (var item in store.ListAsync(prefix, cancellationToken))
        {
            if (!used.Contains(item.Key) && item.ModifiedAt < oldest)
                await store.DeleteAsync(item.Key, cancellationToken);
        }
    }
}
