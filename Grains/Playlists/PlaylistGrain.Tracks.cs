using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Streams;

namespace AudioOrleans.Grains.Playlists;

public sealed partial class PlaylistGrain
{
    /// <summary>Addresses outside are asked for so often at most: their own grains know when they are too old.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMinutes(1);

    /// <summary>While one is being fetched we look more often, in case nobody tells us.</summary>
    private static readonly TimeSpan PendingLookInterval = TimeSpan.FromSeconds(1);

    private long? _lookedAt;

    /// <summary>Makes tracks of what is wanted, and tells which of them cannot be used.</summary>
    private async Task<(ImmutableArray<StoredTrack> Tracks, ImmutableArray<UnusableTrack> Unusable)> Resolve(
        ImmutableArray<TrackInput> inputs, ImmutableArray<StoredTrack> present, Guid ownerId)
    {
        var probed = await probe.CheckAllAsync(
            inputs.Where(input => input is { TrackId: null, SourceType: TrackSourceType.External }).Select(input => input.Url!.Trim()).Distinct(), CancellationToken.None);
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
                var upload = GrainFactory.GetGrain<IUploadGrain>(GrainKeys.Upload(input.UploadId!.Value));
                var audio = await upload.FindTrack(ownerId);
                if (audio is null)
                    unusable.Add(new UnusableTrack(i, "upload_not_ready", $"Track {i}: {await WhyNotReady(upload, ownerId)}."));
                tracks.Add(track with { UploadId = input.UploadId, Audio = audio });
            }
            else
            {
                var url = input.Url!.Trim();
                if (probed[url] is { } refusal)
                    unusable.Add(new UnusableTrack(i, SourceFaultCodes.Of(refusal.Fault), $"Track {i}: {refusal.Message}"));
                tracks.Add(track with { Url = url });
            }
        }
        return (tracks.ToImmutable(), unusable.ToImmutable());
    }

    private static async Task<string> WhyNotReady(IUploadGrain upload, Guid ownerId) => await upload.FindMedia() is { } media && media.OwnerId == ownerId
        ? media.Status == UploadStatus.Failed ? "the upload could not be prepared" : "the upload is still being prepared"
        : "there is no such upload of this account";

    /// <summary>Asks the addresses outside for what they have, and takes it.</summary>
    private async Task RefreshExternalTracks()
    {
        var urls = stored.State.Tracks.Where(track => track.Url is not null).Select(track => track.Url!).Distinct().ToList();
        var interval = stored.State.Tracks.Any(track => track.Status == TrackStatus.Pending) ? PendingLookInterval : LookInterval;
        if (urls.Count == 0 || (_lookedAt is { } at && time.GetElapsedTime(at) < interval))
            return;
        var answers = await Task.WhenAll(urls.Select(async url =>
            (Url: url, Audio: await GrainFactory.GetGrain<IExternalAudioGrain>(GrainKeys.External(url)).RequestAudio(new Secret(url), this.GetPrimaryKeyString()))));
        _lookedAt = time.GetTimestamp();
        await Take(answers.ToDictionary(answer => answer.Url, answer => answer.Audio));
    }

    private async Task Take(Dictionary<string, ExternalAudio> answers)
    {
        if (stored.State.Tracks.Any(track => Taken(track) != track))
            await Write(state => Rebuild(state with { Tracks = [.. state.Tracks.Select(Taken)] }));

        StoredTrack Taken(StoredTrack track) => track.Url is not null && answers.TryGetValue(track.Url, out var answer)
            ? track with
            {
                Audio = answer.Audio is { } audio ? new UploadTrack(audio.Title, audio.Artist, audio.Mp3, audio.PlaylistKey) : null,
                Error = answer.Audio is null ? answer.Error : null,
            }
            : track;
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
