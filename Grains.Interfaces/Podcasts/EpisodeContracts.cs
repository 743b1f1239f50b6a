using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Podcasts;

/// <summary>The kind of an episode (<c>itunes:episodeType</c>).</summary>
public enum EpisodeType
{
    /// <summary>An episode.</summary>
    Full,

    /// <summary>A short promotion of the show.</summary>
    Trailer,

    /// <summary>An extra.</summary>
    Bonus,
}

/// <summary>Whether an episode is published.</summary>
public enum EpisodeStatus
{
    /// <summary>Only its owner sees it.</summary>
    Draft,

    /// <summary>It is published when its publication date comes.</summary>
    Scheduled,

    /// <summary>It is published.</summary>
    Published,
}

/// <summary>Whether an episode's audio can be heard.</summary>
public enum EpisodeMediaStatus
{
    /// <summary>The upload is still being prepared; the episode joins the feed afterwards.</summary>
    Pending,

    /// <summary>It can be heard.</summary>
    Ready,

    /// <summary>The upload could not be prepared; the episode stays out of the feed.</summary>
    Failed,
}

/// <summary>A person in an episode (<c>podcast:person</c>).</summary>
/// <param name="Name">The name, at most 128 characters.</param>
/// <param name="Role">The role, such as <c>host</c> or <c>guest</c>; null for <c>host</c>.</param>
/// <param name="Group">The group, such as <c>cast</c>; null for <c>cast</c>.</param>
/// <param name="ImageUrl">A picture; null for none.</param>
/// <param name="Url">A page about the person; null for none.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.person")]
public sealed record Person(
    [property: Id(0)] string Name,
    [property: Id(1)] string? Role,
    [property: Id(2)] string? Group,
    [property: Id(3)] string? ImageUrl,
    [property: Id(4)] string? Url);

/// <summary>A transcript (<c>podcast:transcript</c>): a file in the object store, or at an external address.</summary>
/// <param name="Language">Its language (BCP 47).</param>
/// <param name="ContentType"><c>application/srt</c>, <c>text/vtt</c>, <c>application/json</c>, <c>text/html</c> or <c>text/plain</c>.</param>
/// <param name="Key">Its object; null for an external one.</param>
/// <param name="Url">Its external address; null for one in the object store.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.transcript")]
public sealed record Transcript(
    [property: Id(0)] string Language,
    [property: Id(1)] string ContentType,
    [property: Id(2)] string? Key,
    [property: Id(3)] string? Url);

/// <summary>The values of an episode, as requested: null omits a field in a new episode, and leaves it unchanged in an existing one.</summary>
[GenerateSerializer, Immutable, Alias("audio.podcasts.episode-fields")]
public sealed record EpisodeFields
{
    /// <summary>Its title, 1 to 500 characters.</summary>
    [Id(0)] public string? Title { get; init; }

    /// <summary>Its show notes, HTML or plain text, at most 20,000 characters.</summary>
    [Id(1)] public string? Description { get; init; }

    /// <summary>The upload that holds its audio.</summary>
    [Id(2)] public Guid? UploadId { get; init; }

    /// <summary>The external address of its audio.</summary>
    [Id(3)] public string? MediaUrl { get; init; }

    /// <summary>Whether the feed names the platform's own address for external audio, which counts downloads and redirects.</summary>
    [Id(4)] public bool? CountDownloads { get; init; }

    /// <summary>The playing time, in seconds, until it is measured.</summary>
    [Id(5)] public double? DurationSeconds { get; init; }

    /// <summary>When it is, or was, published, UTC; a new episode without one is published at once.</summary>
    [Id(6)] public DateTimeOffset? PublicationDate { get; init; }

    /// <summary><see cref="EpisodeStatus.Draft"/> keeps it unpublished, whatever its date.</summary>
    [Id(7)] public EpisodeStatus? Status { get; init; }

    /// <summary>Its number, from 1; 0 for none.</summary>
    [Id(8)] public int? EpisodeNumber { get; init; }

    /// <summary>Its season, from 1; 0 for none.</summary>
    [Id(9)] public int? Season { get; init; }

    /// <summary>Its kind.</summary>
    [Id(10)] public EpisodeType? Type { get; init; }

    /// <summary>Whether it has explicit content; the show's value by default.</summary>
    [Id(11)] public bool? Explicit { get; init; }

    /// <summary>Whether it needs a subscription.</summary>
    [Id(12)] public bool? Paid { get; init; }

    /// <summary>Its picture at an external address; empty for none. A cover that was uploaded takes precedence.</summary>
    [Id(13)] public string? ImageUrl { get; init; }

    /// <summary>A web page about it; empty for none.</summary>
    [Id(14)] public string? Link { get; init; }

    /// <summary>Who is in it, at most 50.</summary>
    [Id(15)] public ImmutableArray<Person>? Persons { get; init; }

    /// <summary>Its chapters in order, at most 500; those in the audio file if null in a new episode.</summary>
    [Id(16)] public ImmutableArray<Chapter>? Chapters { get; init; }

    /// <summary>A transcript at an external address; empty for none.</summary>
    [Id(17)] public string? TranscriptUrl { get; init; }

    /// <summary>The guid that the episode already has elsewhere; null for a new one. Only for new episodes.</summary>
    [Id(18)] public string? Guid { get; init; }
}

/// <summary>The audio of an episode.</summary>
/// <param name="ContentType">Its media type, such as <c>audio/mpeg</c>.</param>
/// <param name="Length">Its size, in bytes; 0 if an external server does not say.</param>
/// <param name="Duration">Its playing time; null if unknown.</param>
/// <param name="Asset">The audio in the object store; null for external audio.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.episode-media")]
public sealed record EpisodeMedia(
    [property: Id(0)] string ContentType,
    [property: Id(1)] long Length,
    [property: Id(2)] TimeSpan? Duration,
    [property: Id(3)] MediaAsset? Asset);

/// <summary>An episode.</summary>
/// <param name="EpisodeId">Its id.</param>
/// <param name="PodcastId">Its podcast.</param>
/// <param name="Guid">Its guid in the feed, which never changes.</param>
/// <param name="Fields">Its values.</param>
/// <param name="Status">Whether it is published.</param>
/// <param name="MediaStatus">Whether its audio can be heard.</param>
/// <param name="MediaError">Why its audio cannot be heard, as a sentence; null otherwise.</param>
/// <param name="Media">Its audio; null until it is ready.</param>
/// <param name="Transcripts">Its transcripts.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="UpdatedAt">When its owner last changed it, UTC.</param>
/// <param name="Revision">Incremented by each change that its owner makes.</param>
/// <param name="Cover">Its own cover; null for none.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.episode-details")]
public sealed record EpisodeDetails(
    [property: Id(0)] Guid EpisodeId,
    [property: Id(1)] Guid PodcastId,
    [property: Id(2)] string Guid,
    [property: Id(3)] EpisodeFields Fields,
    [property: Id(4)] EpisodeStatus Status,
    [property: Id(5)] EpisodeMediaStatus MediaStatus,
    [property: Id(6)] string? MediaError,
    [property: Id(7)] EpisodeMedia? Media,
    [property: Id(8)] ImmutableArray<Transcript> Transcripts,
    [property: Id(9)] DateTimeOffset CreatedAt,
    [property: Id(10)] DateTimeOffset UpdatedAt,
    [property: Id(11)] long Revision,
    [property: Id(20)] Cover? Cover = null);

/// <summary>An episode of another host's feed.</summary>
/// <param name="Guid">Its guid, which it keeps.</param>
/// <param name="Fields">Its values.</param>
/// <param name="ContentType">The media type of its audio, as that feed says.</param>
/// <param name="Length">The size of its audio, as that feed says; 0 if it does not.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.imported-episode")]
public sealed record ImportedEpisode(
    [property: Id(0)] string Guid, [property: Id(1)] EpisodeFields Fields, [property: Id(2)] string ContentType, [property: Id(3)] long Length);

/// <summary>The import of a podcast.</summary>
/// <param name="JobId">Its job.</param>
/// <param name="PodcastId">The podcast that it creates.</param>
/// <param name="State">How far the job is.</param>
/// <param name="Progress">How much is done of the current page, 0 to 100 percent.</param>
/// <param name="Error">Why it failed, or why the last attempt did, as a sentence; null otherwise.</param>
[GenerateSerializer, Immutable, Alias("audio.podcasts.import")]
public sealed record PodcastImport(
    [property: Id(0)] Guid JobId, [property: Id(1)] Guid PodcastId, [property: Id(2)] JobState State, [property: Id(3)] int Progress, [property: Id(4)] string? Error);
