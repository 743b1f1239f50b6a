using AudioOrleans.Grains.Interfaces.Access;

namespace AudioOrleans.Grains.Interfaces.Podcasts;

/// <summary>Who may read a podcast's feed and hear its episodes.</summary>
/// <param name="OwnerId">The owner, who always may.</param>
/// <param name="Visibility">Who may find it.</param>
/// <param name="Monetized">Whether all of its episodes need a subscription.</param>
/// <param name="Invited">Who is invited.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.access")]
public sealed record PodcastAccess(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] Visibility Visibility,
    [property: Id(2)] bool Monetized,
    [property: Id(3)] Invitations Invited);

/// <summary>Selects a feed document.</summary>
/// <param name="BaseUrl">The scheme and host of the addresses in it, such as <c>https://radio.example.org</c>.</param>
/// <param name="FeedUrl">Its own absolute address, without a token.</param>
/// <param name="Archive">An archived page (RFC 5005, section 4), from 1, the oldest; 0 for the feed itself.</param>
/// <param name="KnownETag">The ETag of the document that the caller has; null for none.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.feed-request")]
public sealed record FeedRequest(
    [property: Id(0)] string BaseUrl,
    [property: Id(1)] string FeedUrl,
    [property: Id(2)] int Archive,
    [property: Id(3)] string? KnownETag);

/// <summary>A feed document.</summary>
/// <param name="Access">Who may read it.</param>
/// <param name="ETag">Its strong ETag, quotes included.</param>
/// <param name="LastModified">When its content last changed, UTC, in whole seconds.</param>
/// <param name="Xml">The document, UTF-8; null if the caller has it.</param>
/// <param name="Paid">Where the addresses of paywalled files end, in order.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.feed")]
public sealed record FeedDocument(
    [property: Id(0)] PodcastAccess Access,
    [property: Id(1)] string ETag,
    [property: Id(2)] DateTimeOffset LastModified,
    [property: Id(3)] ImmutableArray<byte>? Xml,
    [property: Id(4)] ImmutableArray<PaidAddress> Paid);

/// <summary>The address of a paywalled file in a feed document; what signs it is inserted at its end.</summary>
/// <param name="Offset">The end of the address, in bytes from the document's start.</param>
/// <param name="EpisodeId">The episode.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.paid-address")]
public sealed record PaidAddress([property: Id(0)] int Offset, [property: Id(1)] Guid EpisodeId);

/// <summary>What a gateway needs to send an episode's audio.</summary>
/// <param name="Access">Who may hear it; monetized if the episode or the whole podcast is.</param>
/// <param name="IsPublished">Whether it is published; only its owner hears it before.</param>
/// <param name="Media">Its audio; null until it is ready.</param>
/// <param name="ExternalUrl">The address of external audio; null for audio in the object store.</param>
/// <param name="PreviewBytes">How much of it everybody hears if it is paywalled, in bytes; 0 for nothing.</param>
/// <param name="CountedBytes">How many bytes make a download: what precedes the audio, and the first minute of it.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.enclosure")]
public sealed record Enclosure(
    [property: Id(0)] PodcastAccess Access,
    [property: Id(1)] bool IsPublished,
    [property: Id(2)] EpisodeMedia? Media,
    [property: Id(3)] Secret? ExternalUrl,
    [property: Id(4)] long PreviewBytes,
    [property: Id(5)] long CountedBytes);

/// <summary>A response that sent bytes of an episode's audio.</summary>
/// <param name="PodcastId">The podcast.</param>
/// <param name="EpisodeId">The episode.</param>
/// <param name="Address">The client's IP address.</param>
/// <param name="UserAgent">The client's <c>User-Agent</c>; may be empty.</param>
/// <param name="Bytes">How many bytes of the audio were sent.</param>
/// <param name="CountedBytes">How many bytes make a download.</param>
/// <param name="At">When, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.audio-sent")]
public sealed record AudioSent(
    [property: Id(0)] Guid PodcastId,
    [property: Id(1)] Guid EpisodeId,
    [property: Id(2)] string Address,
    [property: Id(3)] string UserAgent,
    [property: Id(4)] long Bytes,
    [property: Id(5)] long CountedBytes,
    [property: Id(6)] DateTimeOffset At)
{
    /// <summary>Keeps the client's address out of logs.</summary>
    public override string ToString() => $"AudioSent {{ EpisodeId = {EpisodeId}, Bytes = {Bytes} }}";
}

/// <summary>The downloads of an episode or a podcast.</summary>
/// <param name="EpisodeId">The episode.</param>
/// <param name="Day">The day, UTC.</param>
/// <param name="App">The app, such as <c>Overcast</c>.</param>
/// <param name="Count">How many downloads.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.downloads")]
public sealed record Downloads(
    [property: Id(0)] Guid EpisodeId, [property: Id(1)] DateOnly Day, [property: Id(2)] string App, [property: Id(3)] long Count);

/// <summary>A subscriber's right to a podcast's private feed.</summary>
/// <param name="TokenId">Its id, which is no secret.</param>
/// <param name="PodcastId">The podcast.</param>
/// <param name="AccountId">The subscriber's account.</param>
/// <param name="Key">The secret that the token contains and that signs enclosures.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.feed-token")]
public sealed record FeedToken(
    [property: Id(0)] Guid TokenId,
    [property: Id(1)] Guid PodcastId,
    [property: Id(2)] Guid AccountId,
    [property: Id(3)] Secret Key,
    [property: Id(4)] DateTimeOffset CreatedAt);

/// <summary>How a feed token was used, for the podcast's owner to see leaks.</summary>
/// <param name="AccountId">The subscriber's account.</param>
/// <param name="CreatedAt">When the token was made, UTC.</param>
/// <param name="LastUsedAt">When it was last used, UTC; null for never.</param>
/// <param name="Networks">The networks that used it in the last 30 days, most active first, such as <c>203.0.113.0/24</c>.</param>
/// <param name="Apps">The apps that used it in the last 30 days, most active first.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.feed-token-use")]
public sealed record FeedTokenUse(
    [property: Id(0)] Guid AccountId,
    [property: Id(1)] DateTimeOffset CreatedAt,
    [property: Id(2)] DateTimeOffset? LastUsedAt,
    [property: Id(3)] ImmutableArray<string> Networks,
    [property: Id(4)] ImmutableArray<string> Apps);

/// <summary>A request that a feed token made.</summary>
/// <param name="TokenId">The token.</param>
/// <param name="Address">The client's IP address.</param>
/// <param name="UserAgent">The client's <c>User-Agent</c>; may be empty.</param>
/// <param name="At">When, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.feed-token-request")]
public sealed record FeedTokenRequest(
    [property: Id(0)] Guid TokenId, [property: Id(1)] string Address, [property: Id(2)] string UserAgent, [property: Id(3)] DateTimeOffset At)
{
    /// <summary>Keeps the client's address out of logs.</summary>
    public override string ToString() => $"FeedTokenRequest {{ TokenId = {TokenId} }}";
}
