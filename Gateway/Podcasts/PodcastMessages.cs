using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Podcasts;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>The values of a podcast, as in the body of <c>PATCH /v1/podcasts/{id}</c>; a change leaves omitted fields as they are.</summary>
[Example("""{"title": "Late hours", "description": "A talk every Friday.", "language": "en", "author": "DJ Example", "categories": ["Music / Music Interviews"], "explicit": false}""")]
public record PodcastRequest
{
    /// <summary>Its title, 1 to 200 characters; required for a new podcast.</summary>
    public string? Title { get; init; }

    /// <summary>What it is about, HTML or plain text, at most 4,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Its language (BCP 47); <c>en</c> by default.</summary>
    public string? Language { get; init; }

    /// <summary>Who makes it.</summary>
    public string? Author { get; init; }

    /// <summary>Where directories reach the owner. It is in the feed, for everybody to read.</summary>
    public string? OwnerEmail { get; init; }

    /// <summary>Its web site.</summary>
    public string? Link { get; init; }

    /// <summary>Its cover: a square JPEG or PNG of 1,400 to 3,000 pixels.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>Whether it has explicit content.</summary>
    public bool? Explicit { get; init; }

    /// <summary>Apple's categories, 1 to 3, such as <c>Music</c> or <c>Music / Music History</c>.</summary>
    public IReadOnlyList<string?>? Categories { get; init; }

    /// <summary><c>public</c> (the default), <c>members</c> or <c>private</c>.</summary>
    public Visibility? Visibility { get; init; }

    /// <summary>Whether all of its episodes need a subscription.</summary>
    public bool? MonetizationEnabled { get; init; }

    /// <summary>How much of a paywalled episode everybody hears, in seconds; 0 for nothing.</summary>
    public int? PreviewSeconds { get; init; }

    /// <summary>Whether other hosts are asked not to import it.</summary>
    public bool? Locked { get; init; }

    /// <summary>Links that ask for support, at most 5.</summary>
    public IReadOnlyList<FundingLink?>? Funding { get; init; }

    /// <summary>What it holds, such as <c>podcast</c> (the default) or <c>music</c>.</summary>
    public string? Medium { get; init; }

    /// <summary><c>episodic</c> (the default) or <c>serial</c>.</summary>
    public PodcastType? Type { get; init; }

    /// <summary>One of the caller's streams, which the feed announces while it is on air; zeros for none.</summary>
    public Guid? LiveStreamId { get; init; }

    /// <summary>A copyright notice.</summary>
    public string? Copyright { get; init; }

    /// <summary>Its name in addresses: a to z, digits and hyphens, at most 60; made of the title by default, and if it is empty.</summary>
    public string? Slug { get; init; }

    internal PodcastFields ToFields() => new()
    {
        Title = Title,
        Description = Description,
        Language = Language,
        Author = Author,
        OwnerEmail = OwnerEmail,
        Link = Link,
        ImageUrl = ImageUrl,
        Explicit = Explicit,
        Categories = Categories is null ? null : [.. Categories.Select(category => category ?? "")],
        Visibility = Visibility,
        Monetized = MonetizationEnabled,
        PreviewSeconds = PreviewSeconds,
        Locked = Locked,
        Funding = Funding is null ? null : [.. Funding.Select(link => new Funding(link?.Url ?? "", link?.Text ?? ""))],
        Medium = Medium,
        Type = Type,
        LiveStreamId = LiveStreamId,
        Copyright = Copyright,
        Slug = Slug,
    };
}

/// <summary>The body of <c>POST /v1/podcasts</c>.</summary>
[Example("""{"title": "Late hours", "description": "A talk every Friday.", "language": "en", "author": "DJ Example", "categories": ["Music / Music Interviews"], "explicit": false}""")]
public sealed record NewPodcastRequest : PodcastRequest
{
    /// <summary>A host of its own, as in <c>POST /v1/domains</c>: the response has the DNS records to set. Needs the scope <c>domains:write</c>.</summary>
    public string? CustomDomain { get; init; }
}

/// <summary>A link that asks for support.</summary>
/// <param name="Url">The address.</param>
/// <param name="Text">Its text, at most 128 characters.</param>
public sealed record FundingLink(string? Url, string? Text);

/// <summary>The response to <c>POST /v1/podcasts</c>.</summary>
/// <param name="PodcastId">The new podcast.</param>
/// <param name="RssFeedUrl">The address of its feed.</param>
/// <param name="DomainId">The domain that was added for it; null if none was requested, as are the following.</param>
/// <param name="CustomDomain">The name of the domain in lower case, with international labels in Punycode.</param>
/// <param name="DnsChallengeName">The name of the TXT record to set.</param>
/// <param name="DnsChallengeRecord">The value of the TXT record to set.</param>
/// <param name="CnameTarget">What the CNAME record of the domain must point to; also null if the platform's operator has set no target.</param>
public sealed record PodcastCreated(
    Guid PodcastId, string RssFeedUrl, Guid? DomainId = null, string? CustomDomain = null, string? DnsChallengeName = null, string? DnsChallengeRecord = null, string? CnameTarget = null)
{
    /// <summary>The same with the domain that was added for the podcast.</summary>
    public PodcastCreated With(DomainDetails domain) => this with
    {
        DomainId = domain.DomainId, CustomDomain = domain.Host, DnsChallengeName = domain.ChallengeName, DnsChallengeRecord = domain.ChallengeRecord, CnameTarget = domain.CnameTarget,
    };
}

/// <summary>The response to a change of a podcast.</summary>
/// <param name="PodcastId">The podcast.</param>
/// <param name="UpdatedFields">The fields whose values changed.</param>
public sealed record PodcastUpdated(Guid PodcastId, IReadOnlyList<string> UpdatedFields);

/// <summary>A podcast.</summary>
/// <param name="PodcastId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Guid">Its <c>podcast:guid</c>.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Language">Its language.</param>
/// <param name="Author">Who makes it.</param>
/// <param name="OwnerEmail">Where directories reach the owner.</param>
/// <param name="Link">Its web site.</param>
/// <param name="ImageUrl">Its cover.</param>
/// <param name="Explicit">Whether it has explicit content.</param>
/// <param name="Categories">Apple's categories.</param>
/// <param name="Visibility">Who may find and hear it.</param>
/// <param name="MonetizationEnabled">Whether all of its episodes need a subscription.</param>
/// <param name="PreviewSeconds">How much of a paywalled episode everybody hears, in seconds.</param>
/// <param name="Locked">Whether other hosts are asked not to import it.</param>
/// <param name="Funding">Links that ask for support.</param>
/// <param name="Medium">What it holds.</param>
/// <param name="Type"><c>episodic</c> or <c>serial</c>.</param>
/// <param name="LiveStreamId">The stream that its feed announces; null for none.</param>
/// <param name="Copyright">A copyright notice.</param>
/// <param name="EpisodeCount">How many episodes it has, those that are not published included.</param>
/// <param name="RssFeedUrl">The address of its feed.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="UpdatedAt">When its owner last changed it or one of its episodes, UTC.</param>
/// <param name="Episodes">The newest 50 episodes, newest first.</param>
/// <param name="EpisodesCursor">The <c>?cursor=</c> of the further ones at <c>/v1/podcasts/{id}/episodes</c>; null if these are all.</param>
/// <param name="CoverUrl">Its cover, a JPEG of 600 pixels; null for none.</param>
/// <param name="Covers">Its cover in all sizes; empty for none.</param>
/// <param name="Slug">Its name in addresses: it may stand for the id in the address of these details.</param>
public sealed record PodcastResponse(
    Guid PodcastId, Guid OwnerId, Guid Guid, string Title, string Description, string Language, string Author, string OwnerEmail, string Link, string ImageUrl, bool Explicit,
    IReadOnlyList<string> Categories, Visibility Visibility, bool MonetizationEnabled, int PreviewSeconds, bool Locked, IReadOnlyList<FundingLink> Funding, string Medium, PodcastType Type,
    Guid? LiveStreamId, string Copyright, int EpisodeCount, string RssFeedUrl, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    IReadOnlyList<EpisodeResponse> Episodes, string? EpisodesCursor, string? CoverUrl, IReadOnlyList<CoverPicture> Covers,
    string Slug)
{
    /// <summary>Maps the details that the grain returns.</summary>
    public static PodcastResponse From(PodcastDetails podcast, ListResponse<EpisodeResponse> episodes, PublicAddress address)
    {
        var fields = podcast.Fields;
        return new PodcastResponse(
            podcast.PodcastId, podcast.OwnerId, podcast.Guid, fields.Title!, fields.Description!, fields.Language!, fields.Author!, fields.OwnerEmail!, fields.Link!, fields.ImageUrl!,
            fields.Explicit!.Value, fields.Categories!.Value, fields.Visibility!.Value, fields.Monetized!.Value, fields.PreviewSeconds!.Value, fields.Locked!.Value,
            [.. fields.Funding!.Value.Select(link => new FundingLink(link.Url, link.Text))], fields.Medium!, fields.Type!.Value, fields.LiveStreamId, fields.Copyright!,
            podcast.EpisodeCount, address.Of(PodcastPaths.Feed(podcast.PodcastId)), podcast.CreatedAt, podcast.UpdatedAt, episodes.Items, episodes.NextCursor,
            CoverPicture.UrlOf(CoverPaths.Podcast(podcast.PodcastId), podcast.Cover, address), CoverPicture.Of(CoverPaths.Podcast(podcast.PodcastId), podcast.Cover, address), fields.Slug ?? "");
    }
}

/// <summary>A podcast in a list.</summary>
/// <param name="PodcastId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">What it is about.</param>
/// <param name="Language">Its language.</param>
/// <param name="Author">Who makes it.</param>
/// <param name="Visibility">Who may find and hear it.</param>
/// <param name="MonetizationEnabled">Whether all of its episodes need a subscription.</param>
/// <param name="EpisodeCount">How many episodes it has, those that are not published included.</param>
/// <param name="RssFeedUrl">The address of its feed.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="UpdatedAt">When its owner last changed it or one of its episodes, UTC.</param>
/// <param name="CoverUrl">Its cover, a JPEG of 600 pixels; null for none.</param>
/// <param name="Covers">Its cover in all sizes; empty for none.</param>
/// <param name="Slug">Its name in addresses: it may stand for the id in the address of these details.</param>
public sealed record PodcastItem(
    Guid PodcastId, Guid OwnerId, string Title, string Description, string Language, string Author, Visibility Visibility, bool MonetizationEnabled, int EpisodeCount,
    string RssFeedUrl, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, string? CoverUrl, IReadOnlyList<CoverPicture> Covers, string Slug)
{
    /// <summary>Maps a list item.</summary>
    public static PodcastItem From(PodcastListItem podcast, PublicAddress address) => new(
        podcast.PodcastId, podcast.OwnerId, podcast.Title, podcast.Description, podcast.Language, podcast.Author, podcast.Visibility, podcast.Monetized, podcast.EpisodeCount,
        address.Of(PodcastPaths.Feed(podcast.PodcastId)), podcast.CreatedAt, podcast.UpdatedAt,
        CoverPicture.UrlOf(CoverPaths.Podcast(podcast.PodcastId), podcast.Cover, address), CoverPicture.Of(CoverPaths.Podcast(podcast.PodcastId), podcast.Cover, address), podcast.Slug);
}

/// <summary>The body of <c>POST /v1/podcasts/import</c>.</summary>
[Example("""{"feed_url": "https://example.org/feed.xml"}""")]
public sealed record PodcastImportRequest
{
    /// <summary>The http or https address of a feed.</summary>
    public string? FeedUrl { get; init; }
}

/// <summary>An import.</summary>
/// <param name="JobId">Its job.</param>
/// <param name="PodcastId">The podcast that it creates.</param>
/// <param name="Status"><c>queued</c>, <c>running</c>, <c>done</c>, <c>dead</c> if it failed for good, or <c>cancelled</c>.</param>
/// <param name="Progress">How much is done of the current page of the feed, 0 to 100 percent.</param>
/// <param name="Error">Why it failed, or why the last attempt did; null otherwise.</param>
public sealed record PodcastImportResponse(Guid JobId, Guid PodcastId, JobState Status, int Progress, string? Error);

/// <summary>The paths of podcasts.</summary>
public static class PodcastPaths
{
    /// <summary>The feed.</summary>
    public static string Feed(Guid podcastId) => $"/v1/podcasts/{podcastId:D}/rss.xml";

    /// <summary>An episode's audio.</summary>
    public static string Audio(Guid podcastId, Guid episodeId) => $"/v1/podcasts/{podcastId:D}/episodes/{episodeId:D}/audio.mp3";
}
