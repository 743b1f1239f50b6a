using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Podcasts;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>The body of <c>POST /v1/podcasts/{id}/episodes</c> and <c>PATCH …/episodes/{episode_id}</c>; a change leaves omitted fields as they are.</summary>
[Example("""{"title": "The first evening", "description": "With <b>guests</b>.", "source_type": "external", "media_url": "https://media.example.org/1.mp3", "episode_number": 1}""")]
public sealed record EpisodeRequest
{
    /// <summary>Its title, 1 to 500 characters; required for a new episode.</summary>
    public string? Title { get; init; }

    /// <summary>Its show notes, HTML or plain text, at most 20,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary><c>upload</c> or <c>external</c>; may be omitted, since the next two fields say the same.</summary>
    public TrackSourceType? SourceType { get; init; }

    /// <summary>One of the caller's own uploads. The episode joins the feed when it is ready.</summary>
    public Guid? UploadId { get; init; }

    /// <summary>An http or https address of audio elsewhere, which is linked and not copied.</summary>
    public string? MediaUrl { get; init; }

    /// <summary>Whether the feed names an address of this platform for external audio, which counts downloads and redirects.</summary>
    public bool? CountDownloads { get; init; }

    /// <summary>The playing time in seconds, for external audio.</summary>
    public double? DurationSeconds { get; init; }

    /// <summary>When it is published; a time in the future schedules it. Now by default.</summary>
    public DateTimeOffset? PublicationDate { get; init; }

    /// <summary><c>draft</c> keeps it unpublished, <c>published</c> publishes it at its date, <c>scheduled</c> requires a date in the future.</summary>
    public EpisodeStatus? Status { get; init; }

    /// <summary>Its number, from 1; 0 for none.</summary>
    public int? EpisodeNumber { get; init; }

    /// <summary>Its season, from 1; 0 for none.</summary>
    public int? Season { get; init; }

    /// <summary><c>full</c> (the default), <c>trailer</c> or <c>bonus</c>.</summary>
    public EpisodeType? EpisodeType { get; init; }

    /// <summary>Whether it has explicit content; by default as the podcast.</summary>
    public bool? Explicit { get; init; }

    /// <summary>Whether it needs a subscription. Not for external audio.</summary>
    public bool? MonetizationRequired { get; init; }

    /// <summary>Its picture.</summary>
    public string? ImageUrl { get; init; }

    /// <summary>A web page about it.</summary>
    public string? Link { get; init; }

    /// <summary>Who is in it, at most 50.</summary>
    public IReadOnlyList<PersonDescription?>? Persons { get; init; }

    /// <summary>Its chapters in order, at most 500; by default those in the audio file.</summary>
    public IReadOnlyList<ChapterDescription?>? Chapters { get; init; }

    /// <summary>A transcript elsewhere: SRT, WebVTT, JSON, HTML or text.</summary>
    public string? TranscriptUrl { get; init; }

    /// <summary>The guid that the episode already has in another feed. Only for a new episode; made by default.</summary>
    public string? Guid { get; init; }

    internal EpisodeFields ToFields() => new()
    {
        Title = Title,
        Description = Description,
        UploadId = SourceType == TrackSourceType.External ? null : UploadId,
        MediaUrl = SourceType == TrackSourceType.Upload ? null : MediaUrl,
        CountDownloads = CountDownloads,
        DurationSeconds = DurationSeconds,
        PublicationDate = PublicationDate,
        Status = Status,
        EpisodeNumber = EpisodeNumber,
        Season = Season,
        Type = EpisodeType,
        Explicit = Explicit,
        Paid = MonetizationRequired,
        ImageUrl = ImageUrl,
        Link = Link,
        Persons = Persons is null ? null : [.. Persons.Select(person => new Person(person?.Name ?? "", person?.Role, person?.Group, person?.ImageUrl, person?.Url))],
        Chapters = Chapters is null ? null : ChapterDescription.ToChapters(Chapters),
        TranscriptUrl = TranscriptUrl,
        Guid = Guid,
    };
}

/// <summary>A person in an episode.</summary>
/// <param name="Name">The name.</param>
/// <param name="Role">The role, such as <c>guest</c>; <c>host</c> by default.</param>
/// <param name="Group">The group; <c>cast</c> by default.</param>
/// <param name="ImageUrl">A picture.</param>
/// <param name="Url">A page about the person.</param>
public sealed record PersonDescription(string? Name, string? Role = null, string? Group = null, string? ImageUrl = null, string? Url = null);

/// <summary>A chapter.</summary>
/// <param name="StartTime">Where it starts, in seconds.</param>
/// <param name="Title">Its title.</param>
/// <param name="Url">A link.</param>
/// <param name="Img">A picture.</param>
/// <param name="EndTime">Where it ends, in seconds; by default where the next one starts.</param>
/// <param name="Toc">False leaves it out of the players' lists.</param>
public sealed record ChapterDescription(double? StartTime, string? Title = null, string? Url = null, string? Img = null, double? EndTime = null, bool? Toc = null)
{
    internal static ImmutableArray<Chapter> ToChapters(IEnumerable<ChapterDescription?> chapters) =>
        [.. chapters.Select(one => new Chapter(one?.StartTime ?? double.NaN, one?.Title, one?.Url, one?.Img, one?.EndTime, one?.Toc == false))];

    internal static ChapterDescription From(Chapter chapter) =>
        new(Math.Round(chapter.StartSeconds, 3), chapter.Title, chapter.Url, chapter.ImageUrl, chapter.EndSeconds, chapter.IsHidden ? false : null);
}

/// <summary>The body of <c>PUT /v1/podcasts/{id}/episodes/{episode_id}/chapters</c>.</summary>
[Example("""{"chapters": [{"start_time": 0, "title": "Hello"}, {"start_time": 61.5, "title": "The first record"}]}""")]
public sealed record ChaptersRequest
{
    /// <summary>All chapters in order, at most 500; an empty list removes them.</summary>
    public IReadOnlyList<ChapterDescription?>? Chapters { get; init; }
}

/// <summary>The response to <c>POST /v1/podcasts/{id}/episodes</c>.</summary>
/// <param name="EpisodeId">The new episode.</param>
/// <param name="Guid">Its guid in the feed.</param>
public sealed record EpisodeCreated(Guid EpisodeId, string Guid);

/// <summary>The response to a change of an episode.</summary>
/// <param name="EpisodeId">The episode.</param>
/// <param name="UpdatedFields">The fields whose values changed.</param>
public sealed record EpisodeUpdated(Guid EpisodeId, IReadOnlyList<string> UpdatedFields);

/// <summary>An episode.</summary>
/// <param name="EpisodeId">Its id.</param>
/// <param name="PodcastId">Its podcast.</param>
/// <param name="Guid">Its guid in the feed, which never changes.</param>
/// <param name="Title">Its title.</param>
/// <param name="Description">Its show notes.</param>
/// <param name="Status"><c>draft</c>, <c>scheduled</c> or <c>published</c>.</param>
/// <param name="PublicationDate">When it is, or was, published, UTC.</param>
/// <param name="SourceType"><c>upload</c> or <c>external</c>.</param>
/// <param name="UploadId">The upload; owner only.</param>
/// <param name="MediaUrl">The external address; owner only.</param>
/// <param name="CountDownloads">Whether downloads of external audio are counted.</param>
/// <param name="MediaStatus"><c>pending</c> while the upload is prepared, <c>ready</c>, or <c>failed</c>; only a ready one is in the feed.</param>
/// <param name="MediaError">Why the audio failed; null otherwise.</param>
/// <param name="AudioUrl">Where its audio is; null until it is ready.</param>
/// <param name="DurationSeconds">Its playing time, in seconds; null if unknown.</param>
/// <param name="SizeBytes">The size of its audio, in bytes; null if unknown.</param>
/// <param name="EpisodeNumber">Its number; null for none.</param>
/// <param name="Season">Its season; null for none.</param>
/// <param name="EpisodeType"><c>full</c>, <c>trailer</c> or <c>bonus</c>.</param>
/// <param name="Explicit">Whether it has explicit content; null as the podcast.</param>
/// <param name="MonetizationRequired">Whether it needs a subscription.</param>
/// <param name="ImageUrl">Its picture; empty for none.</param>
/// <param name="Link">A web page about it; empty for none.</param>
/// <param name="Persons">Who is in it.</param>
/// <param name="Chapters">Its chapters.</param>
/// <param name="Transcripts">The languages of its transcripts.</param>
/// <param name="TranscriptUrl">A transcript elsewhere; empty for none.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="UpdatedAt">When its owner last changed it, UTC.</param>
/// <param name="CoverUrl">Its own cover, a JPEG of 600 pixels; null for none.</param>
/// <param name="Covers">Its own cover in all sizes; empty for none.</param>
public sealed record EpisodeResponse(
    Guid EpisodeId, Guid PodcastId, string Guid, string Title, string Description, EpisodeStatus Status, DateTimeOffset PublicationDate, TrackSourceType SourceType, Guid? UploadId, string? MediaUrl,
    bool CountDownloads, EpisodeMediaStatus MediaStatus, string? MediaError, string? AudioUrl, double? DurationSeconds, long? SizeBytes, int? EpisodeNumber, int? Season, EpisodeType EpisodeType,
    bool? Explicit, bool MonetizationRequired, string ImageUrl, string Link, IReadOnlyList<PersonDescription> Persons, IReadOnlyList<ChapterDescription> Chapters,
    IReadOnlyList<TranscriptDescription> Transcripts, string TranscriptUrl, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    string? CoverUrl, IReadOnlyList<CoverPicture> Covers)
{
    /// <summary>Maps the details that the grain returns.</summary>
    public static EpisodeResponse From(EpisodeDetails episode, bool toOwner, PublicAddress address)
    {
        var fields = episode.Fields;
        var cover = CoverPaths.Episode(episode.PodcastId, episode.EpisodeId);
        return new EpisodeResponse(
            episode.EpisodeId, episode.PodcastId, episode.Guid, fields.Title!, fields.Description!, episode.Status, fields.PublicationDate!.Value,
            fields.UploadId is null ? TrackSourceType.External : TrackSourceType.Upload, toOwner ? fields.UploadId : null, toOwner && fields.MediaUrl!.Length > 0 ? fields.MediaUrl : null,
            fields.CountDownloads!.Value, episode.MediaStatus, toOwner ? episode.MediaError : null, episode.Media is null ? null : address.Of(PodcastPaths.Audio(episode.PodcastId, episode.EpisodeId)),
            episode.Media?.Duration is { } duration ? Math.Round(duration.TotalSeconds, 3) : fields.DurationSeconds, episode.Media?.Length is > 0 and var length ? length : null,
            NullIfZero(fields.EpisodeNumber), NullIfZero(fields.Season), fields.Type!.Value, fields.Explicit, fields.Paid!.Value, fields.ImageUrl!, fields.Link!,
            [.. fields.Persons!.Value.Select(one => new PersonDescription(one.Name, one.Role, one.Group, one.ImageUrl, one.Url))],
            [.. (fields.Chapters ?? []).Select(ChapterDescription.From)], [.. episode.Transcripts.Select(one => new TranscriptDescription(one.Language, one.ContentType))], fields.TranscriptUrl!,
            episode.CreatedAt, episode.UpdatedAt, CoverPicture.UrlOf(cover, episode.Cover, address), CoverPicture.Of(cover, episode.Cover, address));
    }

    private static int? NullIfZero(int? number) => number is > 0 ? number : null;
}

/// <summary>A transcript.</summary>
/// <param name="Language">Its language, which is its address below <c>…/transcripts/</c>.</param>
/// <param name="ContentType">Its media type.</param>
public sealed record TranscriptDescription(string Language, string ContentType);
