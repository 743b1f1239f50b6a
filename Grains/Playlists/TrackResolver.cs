using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Grains.Uploads;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Creates tracks from a request: probes external addresses, and reads all uploads with one query.</summary>
public sealed class TrackResolver(ExternalProbe probe, PostgresGrainStorage states)
{
    /// <summary>Creates the tracks, and reports which of them cannot be used.</summary>
    /// <param name="inputs">The requested tracks, already validated in form.</param>
    /// <param name="present">The tracks that are already in the playlist.</param>
    /// <param name="ownerId">The playlist's owner, who may use their own uploads.</param>
    public async Task<(ImmutableArray<StoredTrack> Tracks, ImmutableArray<UnusableTrack> Unusable)> ResolveAsync(
        ImmutableArray<TrackInput> inputs, ImmutableArray<StoredTrack> present, Guid ownerId)
    {
        var added = inputs.Where(input => input.TrackId is null).ToList();
        var probed = await probe.CheckAllAsync(
            added.Where(input => input.SourceType == TrackSourceType.External).Select(input => input.Url!.Trim()).Distinct(), CancellationToken.None);
        var uploads = await states.ReadManyAsync<UploadState>(
            UploadGrain.StateName, UploadGrain.TypeName,
            [.. added.Where(input => input.SourceType == TrackSourceType.Upload).Select(input => GrainKeys.Upload(input.UploadId!.Value)).Distinct()], CancellationToken.None);
        var tracks = ImmutableArray.CreateBuilder<StoredTrack>(inputs.Length);
        var unusable = ImmutableArray.CreateBuilder<UnusableTrack>();
        for (var i = 0; i < inputs.Length; i++)
        {
            var input = inputs[i];
            if (input.TrackId is { } trackId)
            {
                tracks.Add(present.First(track => track.TrackId == trackId));
                continue;
            }
            var track = new StoredTrack
            {
                TrackId = Guid.CreateVersion7(),
                Title = NullIfEmpty(input.Title),
                Artist = NullIfEmpty(input.Artist),
                ExpectedDuration = input.DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            };
            if (input.SourceType == TrackSourceType.Upload)
            {
                var upload = uploads.GetValueOrDefault(GrainKeys.Upload(input.UploadId!.Value));
                var audio = upload is null ? null : UploadRules.AssetOf(upload, ownerId);
                if (audio is null)
                    unusable.Add(new UnusableTrack(i, "upload_not_ready", $"Track {i}: {WhyNotReady(upload, ownerId)}."));
                tracks.Add(track with { UploadId = input.UploadId, Audio = audio });
            }
            else
            {
                var url = input.Url!.Trim();
                if (probed[url] is { } refusal)
                    unusable.Add(new UnusableTrack(i, SourceFaultCodes.From(refusal.Fault), $"Track {i}: {refusal.Message}"));
                tracks.Add(track with { Url = url });
            }
        }
        return (tracks.ToImmutable(), unusable.ToImmutable());
    }

    private static string WhyNotReady(UploadState? upload, Guid ownerId)
    {
        if (upload is null || upload.OwnerId != ownerId || upload.Status == UploadStatus.Receiving)
            return "there is no such upload of this account";
        return upload.Status == UploadStatus.Failed ? "the upload could not be prepared" : "the upload is still being prepared";
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
