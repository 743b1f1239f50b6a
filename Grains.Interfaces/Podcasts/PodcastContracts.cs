using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Podcasts;

/// <summary>A link that asks listeners for support (<c>podcast:funding</c>).</summary>
/// <param name="Url">The address, http or https.</param>
/// <param name="Text">The link's text, at most 128 characters.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.funding")]
public sealed record Funding([property: Id(0)] string Url, [property: Id(1)] string Text);

/// <summary>Whether episodes are heard newest first, or in order (<c>itunes:type</c>).</summary>
public enum PodcastType
{
    /// <summary>Newest first.</summary>
    Episodic,

    /// <summary>Oldest first, by season and number.</summary>
    Serial,
}

/// <summary>The values of a podcast, as requested: null omits a field in a new podcast, and leaves it unchanged in an existing one.</summary>
[GenerateSerializer, Immutable, Alias("audio.podcasts.fields")]
public sealed record PodcastFields
{
    /// <summary>The show's title, 1 to 200 characters.</summary>
    [Id(0)] public string? Title { get; init; }

    /// <summary>What it is about, HTML or plain text, at most 4,000 characters.</summary>
    [Id(1)] public string? Description { get; init; }

    /// <summary>Its language, such as <c>en</c> or <c>pt-BR</c> (BCP 47).</summary>
    [Id(2)] public string? Language { get; init; }

    /// <summary>Who makes it, at most 200 characters.</summary>
    [Id(3)] public string? Author { get; init; }

    /// <summary>Where directories reach the owner, and what <c>podcast:locked</c> names; empty for none.</summary>
    [Id(4)] public string? OwnerEmail { get; init; }

    /// <summary>The show's web site; empty for none.</summary>
    [Id(5)] public string? Link { get; init; }

    /// <summary>Its cover at an external address; empty for none. A cover that was uploaded takes precedence.</summary>
    [Id(6)] public string? ImageUrl { get; init; }

    /// <summary>Whether it has explicit content.</summary>
    [Id(7)] public bool? Explicit { get; init; }

    /// <summary>Apple's categories, 1 to 3; a subcategory follows its category and <c> / </c>.</summary>
    [Id(8)] public ImmutableArray<string>? Categories { get; init; }

    /// <summary>Who may find and hear it.</summary>
    [Id(9)] public Visibility? Visibility { get; init; }

    /// <summary>Whether all of its episodes need a subscription.</summary>
    [Id(10)] public bool? Monetized { get; init; }

    /// <summary>Whether other hosts are asked not to import it (<c>podcast:locked</c>).</summary>
    [Id(11)] public bool? Locked { get; init; }

    /// <summary>Links that ask for support, at most 5.</summary>
    [Id(12)] public ImmutableArray<Funding>? Funding { get; init; }

    /// <summary>What it holds (<c>podcast:medium</c>), such as <c>podcast</c> or <c>music</c>.</summary>
    [Id(13)] public string? Medium { get; init; }

    /// <summary>The owner's stream that its feed announces while it is on air (<c>podcast:liveItem</c>); <see cref="Guid.Empty"/> for none.</summary>
    [Id(14)] public Guid? LiveStreamId { get; init; }

    /// <summary>Whether episodes are heard newest first, or in order.</summary>
    [Id(15)] public PodcastType? Type { get; init; }

    /// <summary>How much of a paywalled episode everybody hears, in seconds; 0 for nothing.</summary>
    [Id(16)] public int? PreviewSeconds { get; init; }

    /// <summary>Its name in addresses; empty for one made of the title. Null in a list of changes leaves it to the title, unless the owner has chosen one.</summary>
    [Id(17)] public string? Slug { get; init; }

    /// <summary>A copyright notice; empty for none.</summary>
    [Id(18)] public string? Copyright { get; init; }
}

/// <summary>A request to create a podcast.</summary>
/// <param name="OwnerId">The owner's account.</param>
/// <param name="Fields">Its values.</param>
/// <param name="FeedUrl">The absolute address of its feed, from which its <c>podcast:guid</c> is made.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.create")]
public sealed record CreatePodcast([property: Id(0)] Guid OwnerId, [property: Id(1)] PodcastFields Fields, [property: Id(2)] string FeedUrl);

/// <summary>The result of a request to create or change a podcast or an episode.</summary>
/// <param name="UpdatedFields">Success: the fields that changed, by their contract names.</param>
/// <param name="Revision">Success: the current revision.</param>
/// <param name="Problems">The request is invalid: each field and what was expected.</param>
/// <param name="Unusable">Something that the request names cannot be used; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.outcome")]
public sealed record PodcastOutcome(
    [property: Id(0)] ImmutableArray<string> UpdatedFields,
    [property: Id(1)] long Revision,
    [property: Id(2)] ImmutableArray<FieldProblem> Problems,
    [property: Id(3)] UnusableMedia? Unusable)
{
    /// <summary>The request succeeded.</summary>
    public static PodcastOutcome Done(ImmutableArray<string> fields, long revision) => new(fields, revision, [], null);

    /// <summary>The request is invalid.</summary>
    public static PodcastOutcome Invalid(ImmutableArray<FieldProblem> problems) => new([], 0, problems, null);

    /// <summary>Something that the request names cannot be used.</summary>
    public static PodcastOutcome Refused(string reason, string message) => new([], 0, [], new UnusableMedia(reason, message));
}

/// <summary>Why an upload, an address or a stream cannot be used.</summary>
/// <param name="Reason">A stable code, such as <c>unreachable</c>.</param>
/// <param name="Message">The same as a sentence.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.unusable")]
public sealed record UnusableMedia([property: Id(0)] string Reason, [property: Id(1)] string Message);

/// <summary>A podcast.</summary>
/// <param name="PodcastId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Guid">Its <c>podcast:guid</c>, which never changes.</param>
/// <param name="Fields">Its values; none is null but <see cref="PodcastFields.LiveStreamId"/>.</param>
/// <param name="EpisodeCount">How many episodes it has, drafts included.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="UpdatedAt">When its owner last changed it or one of its episodes, UTC.</param>
/// <param name="Revision">Incremented by each change that its owner makes.</param>
/// <param name="Invited">Who is invited.</param>
/// <param name="Cover">Its cover; null for none.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.details")]
public sealed record PodcastDetails(
    [property: Id(0)] Guid PodcastId,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] Guid Guid,
    [property: Id(3)] PodcastFields Fields,
    [property: Id(4)] int EpisodeCount,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] DateTimeOffset UpdatedAt,
    [property: Id(7)] long Revision,
    [property: Id(8)] Invitations Invited,
    [property: Id(20)] Cover? Cover = null);

/// <summary>A podcast in a list.</summary>
[GenerateSerializer, Immutable, Alias("audio.podcasts.list-item")]
public sealed record PodcastListItem(
    [property: Id(0)] Guid PodcastId,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] string Title,
    [property: Id(3)] string Description,
    [property: Id(4)] string Language,
    [property: Id(5)] string Author,
    [property: Id(6)] Visibility Visibility,
    [property: Id(7)] bool Monetized,
    [property: Id(8)] int EpisodeCount,
    [property: Id(9)] DateTimeOffset CreatedAt,
    [property: Id(10)] DateTimeOffset UpdatedAt,
    [property: Id(20)] Cover? Cover = null,
    [property: Id(21)] string Slug = "");
