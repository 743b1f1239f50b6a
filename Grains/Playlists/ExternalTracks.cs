using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Queries the grains of external addresses, each at most once a minute: they detect themselves when they are stale.</summary>
internal sealed class ExternalTracks(IGrainFactory grains, TimeProvider time)
{
    /// <summary>How many are queried per call; the others follow with the next.</summary>
    private const int Batch = 50;

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>An address that is being fetched is queried more often, in case its notification was lost.</summary>
    private static readonly TimeSpan PendingInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> _askedAt = [];

    /// <summary>Queries the addresses whose results are the oldest.</summary>
    /// <returns>Their results; empty if none is due.</returns>
    public async Task<IReadOnlyDictionary<string, ExternalAudio>> AskAsync(ImmutableArray<StoredTrack> tracks)
    {
        var urls = tracks.Where(track => track.Url is not null).GroupBy(track => track.Url!)
            .ToDictionary(same => same.Key, same => same.Any(track => track.Status == TrackStatus.Pending) ? PendingInterval : Interval);
        foreach (var gone in _askedAt.Keys.Where(url => !urls.ContainsKey(url)).ToList())
            _askedAt.Remove(gone);
        var due = urls.Where(url => !_askedAt.TryGetValue(url.Key, out var at) || time.GetElapsedTime(at) >= url.Value)
            .OrderBy(url => _askedAt.GetValueOrDefault(url.Key)).Take(Batch).Select(url => url.Key).ToList();
        var answers = await Task.WhenAll(due.Select(async url => (Url: url, Audio: await grains.GetGrain<IExternalAudioGrain>(GrainKeys.External(url)).RequestAudio(new Secret(url)))));
        // Only now: addresses whose call failed are due again at once.
        foreach (var url in due)
            _askedAt[url] = time.GetTimestamp();
        return answers.ToDictionary(answer => answer.Url, answer => answer.Audio);
    }
}
