using System.Globalization;
using System.IO.Compression;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;
using Microsoft.Extensions.Primitives;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>Identifies a feed document.</summary>
/// <param name="PodcastId">The podcast.</param>
/// <param name="BaseUrl">The scheme and host of the addresses in it.</param>
/// <param name="Path">The path of the feed on that host; null for the API's.</param>
/// <param name="Archive">The archived page; 0 for the feed itself.</param>
public readonly record struct FeedKey(Guid PodcastId, string BaseUrl, string? Path, int Archive)
{
    /// <summary>The absolute address of the feed.</summary>
    public string FeedUrl => BaseUrl + (Path ?? PodcastPaths.Feed(PodcastId));
}

/// <summary>A feed document with its compressed forms, each made once.</summary>
public sealed class CachedFeed(FeedDocument document, ReadOnlyMemory<byte> xml)
{
    private readonly Lazy<byte[]> _gzip = new(() => Compress(xml, output => new GZipStream(output, CompressionLevel.Optimal)));
    private readonly Lazy<byte[]> _brotli = new(() => Compress(xml, output => new BrotliStream(output, CompressionLevel.Optimal)));

    /// <summary>The document, without its bytes.</summary>
    public FeedDocument Document { get; } = document with { Xml = null };

    /// <summary>When its content last changed, as a header (RFC 9110, section 8.8.2).</summary>
    public StringValues LastModified { get; } = document.LastModified.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>Its bytes.</summary>
    public ReadOnlyMemory<byte> Xml { get; } = xml;

    /// <summary>Its bytes, compressed by gzip (RFC 1952).</summary>
    public ReadOnlyMemory<byte> Gzip => _gzip.Value;

    /// <summary>Its bytes, compressed by Brotli (RFC 7932).</summary>
    public ReadOnlyMemory<byte> Brotli => _brotli.Value;

    /// <summary>The same document with who may read it now.</summary>
    public CachedFeed With(FeedDocument unchanged) => unchanged.Access == Document.Access ? this : new CachedFeed(Document with { Access = unchanged.Access }, Xml);

    /// <summary>Compresses bytes.</summary>
    public static byte[] Compress(ReadOnlyMemory<byte> bytes, Func<Stream, Stream> compressor)
    {
        using var output = new MemoryStream();
        using (var compressed = compressor(output))
            compressed.Write(bytes.Span);
        return output.ToArray();
    }
}

/// <summary>Caches feed documents. A change is seen within a second by every gateway: a cached document is confirmed by its ETag.</summary>
public sealed class FeedCache(IGrainFactory grains, TimeProvider time) : RefreshingCache<FeedKey, CachedFeed>(time, fresh: TimeSpan.FromMilliseconds(200), usable: TimeSpan.FromMilliseconds(800))
{
    /// <summary>Removes the documents of a podcast after a change through this gateway.</summary>
    public void ForgetPodcast(Guid podcastId) => Forget(key => key.PodcastId == podcastId);

    /// <inheritdoc/>
    protected override async Task<CachedFeed?> AskAsync(FeedKey key, CachedFeed? last)
    {
        var grain = grains.GetGrain<IPodcastFeedGrain>(GrainKeys.Podcast(key.PodcastId));
        var document = await grain.FindFeed(new FeedRequest(key.BaseUrl, key.FeedUrl, key.Archive, last?.Document.ETag));
        if (document is null)
            return null;
        return document.Xml is { } xml ? new CachedFeed(document, xml.AsMemory()) : last!.With(document);
    }
}

/// <summary>Caches what gateways need to send the audio of episodes, for so short that a paywall holds.</summary>
public sealed class EnclosureCache(IGrainFactory grains, TimeProvider time) : RefreshingCache<(Guid PodcastId, Guid EpisodeId), Enclosure>(time, fresh: TimeSpan.FromSeconds(1), usable: TimeSpan.FromSeconds(2))
{
    /// <summary>Removes the episodes of a podcast after a change through this gateway.</summary>
    public void ForgetPodcast(Guid podcastId) => Forget(key => key.PodcastId == podcastId);

    /// <inheritdoc/>
    protected override Task<Enclosure?> AskAsync((Guid PodcastId, Guid EpisodeId) key, Enclosure? last) =>
        grains.GetGrain<IPodcastFeedGrain>(GrainKeys.Podcast(key.PodcastId)).FindEnclosure(key.EpisodeId);
}

/// <summary>Caches feed tokens for less than a second: a revoked one is refused at once.</summary>
public sealed class FeedTokenCache(IGrainFactory grains, TimeProvider time) : RefreshingCache<Guid, FeedToken>(time, fresh: TimeSpan.FromMilliseconds(400), usable: TimeSpan.FromMilliseconds(800))
{
    /// <inheritdoc/>
    protected override Task<FeedToken?> AskAsync(Guid tokenId, FeedToken? last) => grains.GetGrain<IFeedTokensGrain>(GrainKeys.Shared).Find(tokenId);
}
