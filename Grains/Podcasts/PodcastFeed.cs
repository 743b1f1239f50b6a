using System.Runtime.InteropServices;
using System.Security.Cryptography;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Storage;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>A feed document as it was last built. Kept in the default storage.</summary>
[GenerateSerializer, Immutable, Alias("audio.podcasts.stored-feed")]
public sealed record StoredFeed
{
    /// <summary>The version of the podcast's state that it was built from.</summary>
    [Id(0)] public string StateVersion { get; init; } = "";

    /// <summary>The scheme and host of the addresses in it.</summary>
    [Id(1)] public string BaseUrl { get; init; } = "";

    /// <summary>Its own address.</summary>
    [Id(2)] public string FeedUrl { get; init; } = "";

    /// <summary>Its ETag, quotes included.</summary>
    [Id(3)] public string ETag { get; init; } = "";

    /// <summary>When its content last changed, UTC.</summary>
    [Id(4)] public DateTimeOffset LastModified { get; init; }

    /// <summary>The document, UTF-8.</summary>
    [Id(5)] public ImmutableArray<byte> Xml { get; init; } = [];

    /// <summary>Where the addresses of paywalled audio end.</summary>
    [Id(6)] public ImmutableArray<PaidAddress> Paid { get; init; } = [];

    /// <summary>When a scheduled episode makes it stale, UTC; null if none is scheduled.</summary>
    [Id(7)] public DateTimeOffset? ValidUntil { get; init; }

    /// <summary>Since when the stream that it announces has been on air, UTC; null if none is.</summary>
    [Id(8)] public DateTimeOffset? LiveSince { get; init; }
}

/// <summary>
/// The feed of one podcast: built once for each change, kept as bytes, and built at once when it is requested and missing. Archived pages are
/// built for each request, which gateways cache.
/// </summary>
internal sealed class PodcastFeed(LatestState<StoredFeed> kept, IGrainFactory grains, PodcastOptions options, TimeProvider time)
{
    /// <summary>How long the state of the podcast's stream is cached.</summary>
    private static readonly TimeSpan LiveMaxAge = TimeSpan.FromSeconds(10);

    private StoredFeed? _feed;
    private LiveItem? _live;
    private long? _liveAskedAt;

    /// <summary>A document; null if there is no such archived page.</summary>
    /// <param name="podcastId">The podcast.</param>
    /// <param name="state">Its state.</param>
    /// <param name="version">Identifies the state.</param>
    /// <param name="request">The document.</param>
    public async Task<FeedDocument?> FindAsync(Guid podcastId, PodcastState state, string version, FeedRequest request)
    {
        var now = time.GetUtcNow();
        await RefreshLiveAsync(state);
        if (request.Archive > FeedWriter.ArchivesOf(EpisodeRules.Published(state, now).Count))
            return null;
        var feed = request.Archive > 0 ? Build(podcastId, state, version, request, now) : Current(podcastId, state, version, request, now);
        return new FeedDocument(
            PodcastRules.AccessOf(state, isPaid: false), feed.ETag, feed.LastModified, feed.ETag == request.KnownETag ? null : feed.Xml, feed.Paid);
    }

    private StoredFeed Current(Guid podcastId, PodcastState state, string version, FeedRequest request, DateTimeOffset now)
    {
        _feed ??= kept.Value;
        if (_feed is { } feed && feed.StateVersion == version && feed.BaseUrl == request.BaseUrl && feed.FeedUrl == request.FeedUrl
            && !(feed.ValidUntil <= now) && feed.LiveSince == _live?.StartedAt)
        {
            return feed;
        }
        _feed = Build(podcastId, state, version, request, now);
        kept.Keep(_feed);
        return _feed;
    }

    private StoredFeed Build(Guid podcastId, PodcastState state, string version, FeedRequest request, DateTimeOffset now)
    {
        var published = EpisodeRules.Published(state, now);
        var lastModified = LastModified(state, published);
        using var writer = new FeedWriter(podcastId, state, request, options.Hub?.AbsoluteUri);
        var (xml, paid) = writer.Write(published, _live, lastModified);
        return new StoredFeed
        {
            StateVersion = version,
            BaseUrl = request.BaseUrl,
            FeedUrl = request.FeedUrl,
            ETag = $"\"{Convert.ToHexStringLower(SHA256.HashData(xml).AsSpan(0, 16))}\"",
            LastModified = lastModified,
            Xml = ImmutableCollectionsMarshal.AsImmutableArray(xml),
            Paid = paid,
            ValidUntil = EpisodeRules.NextPublication(state, now),
            LiveSince = _live?.StartedAt,
        };
    }

    /// <summary>The last change, or the last publication of what was scheduled, in whole seconds as HTTP has them.</summary>
    private DateTimeOffset LastModified(PodcastState state, List<StoredEpisode> published)
    {
        var last = state.UpdatedAt;
        if (published.Count > 0 && published[0].PublicationDate > last)
            last = published[0].PublicationDate;
        if (_live is { } live && live.StartedAt > last)
            last = live.StartedAt;
        return DateTimeOffset.FromUnixTimeSeconds(last.ToUnixTimeSeconds());
    }

    private async Task RefreshLiveAsync(PodcastState state)
    {
        if (state.Fields.LiveStreamId is not { } streamId)
        {
            _live = null;
            return;
        }
        if (_liveAskedAt is { } at && time.GetElapsedTime(at) < LiveMaxAge && (_live is null || _live.StreamId == streamId))
            return;
        _liveAskedAt = time.GetTimestamp();
        try
        {
            var status = await grains.GetGrain<IStreamGrain>(GrainKeys.Stream(streamId)).GetStatus();
            _live = status is { State: LiveState.Live, LiveSince: { } since } ? new LiveItem(streamId, status.Name, DateTimeOffset.FromUnixTimeSeconds(since.ToUnixTimeSeconds())) : null;
        }
        catch (Exception exception) when (exception.IsFailedCall() || exception is AudioException { Error: AudioError.NotFound })
        {
            _live = null; // A stream that was deleted, or cannot be asked now: the feed does without it.
        }
    }
}
