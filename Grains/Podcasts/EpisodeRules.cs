using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Podcasts;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>Validation of episodes, and decisions about them that need no runtime.</summary>
public static class EpisodeRules
{
    /// <summary>The most transcripts of an episode.</summary>
    public const int MostTranscripts = 20;

    /// <summary>The media type of what is prepared from uploads.</summary>
    public const string Mp3 = "audio/mpeg";

    private const int LongestTitle = 500;
    private const int LongestDescription = 20_000;
    private const int LongestName = 128;
    private const int MostPersons = 50;
    private const int MostChapters = 500;
    private const int LongestGuid = 500;
    private const int MostNumber = 100_000;
    private const double LongestSeconds = 24 * 3600;

    /// <summary>How much audio makes a download (IAB Podcast Measurement Technical Guidelines 2.x).</summary>
    private static readonly TimeSpan Counted = TimeSpan.FromMinutes(1);

    /// <summary>The interval of <see cref="Mp3Source.Positions"/>.</summary>
    private static readonly TimeSpan PositionInterval = TimeSpan.FromSeconds(6);

    private static readonly (string Name, Func<EpisodeFields, object?> Get)[] Names =
    [
        ("title", fields => fields.Title), ("description", fields => fields.Description), ("upload_id", fields => fields.UploadId), ("media_url", fields => fields.MediaUrl),
        ("count_downloads", fields => fields.CountDownloads), ("duration_seconds", fields => fields.DurationSeconds), ("publication_date", fields => fields.PublicationDate),
        ("status", fields => fields.Status == EpisodeStatus.Draft), ("episode_number", fields => fields.EpisodeNumber), ("season", fields => fields.Season),
        ("episode_type", fields => fields.Type), ("explicit", fields => fields.Explicit), ("monetization_required", fields => fields.Paid), ("image_url", fields => fields.ImageUrl),
        ("link", fields => fields.Link), ("persons", fields => Joined(fields.Persons)), ("chapters", fields => Joined(fields.Chapters)), ("transcript_url", fields => fields.TranscriptUrl),
    ];

    /// <summary>The problems with the values of a new episode.</summary>
    public static ImmutableArray<FieldProblem> CheckNew(EpisodeFields fields, DateTimeOffset now) =>
    [
        .. string.IsNullOrWhiteSpace(fields.Title) ? [new FieldProblem("title", "Expected the episode's title.", FieldCodes.Required)] : Array.Empty<FieldProblem>(),
        .. (fields.UploadId is null) == string.IsNullOrWhiteSpace(fields.MediaUrl)
            ? [new FieldProblem("upload_id", "Expected either an upload or an external address in media_url.", fields.UploadId is null ? FieldCodes.Required : FieldCodes.NotAllowed)]
            : Array.Empty<FieldProblem>(),
        .. Check(fields, now),
    ];

    /// <summary>The problems with new values of an episode.</summary>
    public static ImmutableArray<FieldProblem> Check(EpisodeFields fields, DateTimeOffset now)
    {
        List<FieldProblem?> problems =
        [
            fields.Title is { Length: > 0 } title ? FieldRules.Text("title", title, 1, LongestTitle) : null,
            fields.Description is { } description ? FieldRules.Text("description", description, 0, LongestDescription, isLine: false) : null,
            fields is { UploadId: not null, MediaUrl.Length: > 0 } ? new FieldProblem("media_url", "Expected either an upload or an external address.", FieldCodes.NotAllowed) : null,
            FieldRules.UrlOrEmpty("media_url", fields.MediaUrl),
            FieldRules.UrlOrEmpty("image_url", fields.ImageUrl),
            FieldRules.UrlOrEmpty("link", fields.Link),
            FieldRules.UrlOrEmpty("transcript_url", fields.TranscriptUrl),
            fields.DurationSeconds is { } seconds && !(seconds > 0 && seconds <= LongestSeconds)
                ? new FieldProblem("duration_seconds", $"Expected more than 0 and at most {LongestSeconds} seconds.", FieldCodes.OutOfRange) : null,
            fields.EpisodeNumber is { } number ? FieldRules.Number("episode_number", number, 0, MostNumber) : null,
            fields.Season is { } season ? FieldRules.Number("season", season, 0, MostNumber) : null,
            fields.Status == EpisodeStatus.Scheduled && !(fields.PublicationDate > now)
                ? new FieldProblem("publication_date", "Expected a time in the future for a scheduled episode.", fields.PublicationDate is null ? FieldCodes.Required : FieldCodes.InThePast) : null,
            fields.Guid is { } guid ? FieldRules.Text("guid", guid, 1, LongestGuid) : null,
            fields.Persons is { Length: > MostPersons } ? new FieldProblem("persons", $"Expected at most {MostPersons} persons.", FieldCodes.TooMany) : null,
        ];
        foreach (var (person, i) in (fields.Persons ?? []).Take(MostPersons).Select((person, i) => (person, i)))
        {
            problems.Add(FieldRules.Text($"persons[{i}].name", person.Name, 1, LongestName));
            problems.Add(FieldRules.Text($"persons[{i}].role", person.Role ?? "", 0, LongestName));
            problems.Add(FieldRules.Text($"persons[{i}].group", person.Group ?? "", 0, LongestName));
            problems.Add(FieldRules.UrlOrEmpty($"persons[{i}].image_url", person.ImageUrl));
            problems.Add(FieldRules.UrlOrEmpty($"persons[{i}].url", person.Url));
        }
        problems.AddRange(CheckChapters(fields.Chapters ?? []));
        return [.. problems.OfType<FieldProblem>()];
    }

    /// <summary>A new episode, without its audio.</summary>
    public static StoredEpisode Create(Guid episodeId, EpisodeFields fields, DateTimeOffset now)
    {
        var defaults = new EpisodeFields { Description = "", MediaUrl = "", CountDownloads = false, EpisodeNumber = 0, Season = 0, Type = EpisodeType.Full, Paid = false, ImageUrl = "", Link = "", Persons = [], TranscriptUrl = "" };
        var merged = Merge(defaults, fields) with { PublicationDate = fields.PublicationDate ?? now };
        return new StoredEpisode
        {
            EpisodeId = episodeId,
            Guid = fields.Guid?.Trim() ?? episodeId.ToString("D"),
            Fields = merged,
            DescriptionHtml = ShowNotes.ToHtml(merged.Description!),
            CreatedAt = now,
            UpdatedAt = now,
            Revision = 1,
        };
    }

    /// <summary>The episode after a patch, and the names of the fields that changed. New audio is not yet looked at.</summary>
    public static (StoredEpisode Next, ImmutableArray<string> Changed) Apply(EpisodeFields patch, StoredEpisode episode, DateTimeOffset now)
    {
        var fields = Merge(episode.Fields, patch);
        if (patch.Status == EpisodeStatus.Published && fields.PublicationDate > now)
            fields = fields with { PublicationDate = now };
        ImmutableArray<string> changed = [.. Names.Where(field => !Equals(field.Get(fields), field.Get(episode.Fields))).Select(field => field.Name)];
        return changed.IsEmpty
            ? (episode, changed)
            : (episode with { Fields = fields, DescriptionHtml = ShowNotes.ToHtml(fields.Description!), UpdatedAt = now, Revision = episode.Revision + 1 }, changed);
    }

    /// <summary>The episode with its audio; chapters in the file are used unless the owner gave some.</summary>
    public static StoredEpisode WithMedia(StoredEpisode episode, MediaAsset asset) => episode with
    {
        Media = new EpisodeMedia(Mp3, asset.FileLength, asset.Mp3.Duration, asset),
        MediaError = null,
        Fields = episode.Fields with { Chapters = episode.Fields.Chapters ?? asset.Chapters },
    };

    /// <summary>Refuses a paywall in front of external audio, which everybody can fetch past it; null if there is none.</summary>
    public static PodcastOutcome? RefusePaid(StoredEpisode episode) => episode.Fields is { Paid: true, MediaUrl.Length: > 0 }
        ? PodcastOutcome.Refused("external_audio", "An episode with external audio cannot need a subscription: everybody can fetch it there. Upload the audio instead.")
        : null;

    /// <summary>The podcast with an episode added or replaced.</summary>
    public static PodcastState With(PodcastState state, StoredEpisode episode, DateTimeOffset now)
    {
        var index = IndexOf(state, episode.EpisodeId);
        return state with { Episodes = index < 0 ? state.Episodes.Add(episode) : state.Episodes.SetItem(index, episode), UpdatedAt = now };
    }

    /// <summary>The podcast with the episodes of another host's feed that it does not have yet, up to its limit.</summary>
    public static PodcastState Import(PodcastState state, ImmutableArray<ImportedEpisode> episodes, DateTimeOffset now)
    {
        var known = state.Episodes.Select(episode => episode.Guid).ToHashSet();
        var added = episodes.Where(episode => known.Add(episode.Guid)).Take(PodcastRules.MostEpisodes - state.Episodes.Length).Select(episode =>
            Create(Guid.CreateVersion7(), episode.Fields with { Guid = episode.Guid }, now) with
            {
                Media = new EpisodeMedia(episode.ContentType, episode.Length, episode.Fields.DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null, null),
            });
        return state with { Episodes = state.Episodes.AddRange(added), UpdatedAt = now };
    }

    /// <summary>Finds an episode; null if there is none.</summary>
    public static StoredEpisode? Find(PodcastState state, Guid episodeId) => IndexOf(state, episodeId) is >= 0 and var index ? state.Episodes[index] : null;

    /// <summary>The episodes that listeners hear at a time, newest first.</summary>
    public static List<StoredEpisode> Published(PodcastState state, DateTimeOffset now) =>
    [
        .. state.Episodes.Where(episode => IsPublished(episode, now))
            .OrderByDescending(episode => episode.PublicationDate).ThenByDescending(episode => episode.EpisodeId),
    ];

    /// <summary>Whether listeners hear an episode at a time.</summary>
    public static bool IsPublished(StoredEpisode episode, DateTimeOffset now) => episode.Media is not null && episode.StatusAt(now) == EpisodeStatus.Published;

    /// <summary>When the next scheduled episode is published; null if none is scheduled.</summary>
    public static DateTimeOffset? NextPublication(PodcastState state, DateTimeOffset now) => state.Episodes
        .Where(episode => episode.StatusAt(now) == EpisodeStatus.Scheduled)
        .Select(episode => (DateTimeOffset?)episode.PublicationDate).Min();

    /// <summary>Whether an episode needs a subscription.</summary>
    public static bool IsPaid(PodcastState state, StoredEpisode episode) => state.Fields.Monetized!.Value || episode.Fields.Paid!.Value;

    /// <summary>What a gateway needs to send the episode's audio.</summary>
    public static Enclosure EnclosureOf(PodcastState state, StoredEpisode episode, DateTimeOffset now)
    {
        var isPaid = IsPaid(state, episode);
        var asset = episode.Media?.Asset;
        return new Enclosure(
            PodcastRules.AccessOf(state, isPaid), episode.StatusAt(now) == EpisodeStatus.Published, episode.Media,
            episode.Fields.MediaUrl is { Length: > 0 } url ? new Secret(url) : null,
            isPaid && asset is not null && state.Fields.PreviewSeconds is > 0 and var preview ? BytesUntil(asset.Mp3, TimeSpan.FromSeconds(preview)) : 0,
            asset is null ? 0 : BytesUntil(asset.Mp3, Counted));
    }

    /// <summary>The end of the first part of a file, in bytes from the file's start; all of it if it is shorter.</summary>
    public static long BytesUntil(Mp3Source mp3, TimeSpan time)
    {
        if (time >= mp3.Duration)
            return mp3.Offset + mp3.Length;
        if (mp3.Positions is { IsEmpty: false } positions && (int)Math.Ceiling(time / PositionInterval) is var index && index < positions.Length)
            return mp3.Offset + positions[index];
        return mp3.Offset + (long)(mp3.Length * (time / mp3.Duration));
    }

    /// <summary>The episode for display.</summary>
    public static EpisodeDetails ToDetails(Guid podcastId, StoredEpisode episode, DateTimeOffset now) => new(
        episode.EpisodeId, podcastId, episode.Guid, episode.Fields, episode.StatusAt(now), episode.MediaStatus, episode.MediaError, episode.Media,
        episode.Transcripts, episode.CreatedAt, episode.UpdatedAt, episode.Revision, episode.Cover.Current);

    /// <summary>The problems with chapters.</summary>
    private static IEnumerable<FieldProblem?> CheckChapters(ImmutableArray<Chapter> chapters)
    {
        if (chapters.Length > MostChapters)
        {
            yield return new FieldProblem("chapters", $"Expected at most {MostChapters} chapters, got {chapters.Length}.", FieldCodes.TooMany);
            yield break;
        }
        for (var i = 0; i < chapters.Length; i++)
        {
            var chapter = chapters[i];
            yield return FieldRules.Text($"chapters[{i}].title", chapter.Title ?? "", 0, LongestTitle);
            yield return FieldRules.UrlOrEmpty($"chapters[{i}].url", chapter.Url);
            yield return FieldRules.UrlOrEmpty($"chapters[{i}].img", chapter.ImageUrl);
            if (!(chapter.StartSeconds >= 0 && chapter.StartSeconds <= LongestSeconds))
                yield return new FieldProblem($"chapters[{i}].start_time", $"Expected 0 to {LongestSeconds} seconds.", FieldCodes.OutOfRange);
            else if (i > 0 && !(chapter.StartSeconds >= chapters[i - 1].StartSeconds))
                yield return new FieldProblem($"chapters[{i}].start_time", "Expected chapters in the order of their start.", FieldCodes.NotAllowed);
            if (chapter.EndSeconds is { } end && !(end >= chapter.StartSeconds && end <= LongestSeconds))
                yield return new FieldProblem($"chapters[{i}].end_time", "Expected a time after the chapter's start.", FieldCodes.OutOfRange);
        }
    }

    private static int IndexOf(PodcastState state, Guid episodeId)
    {
        for (var i = 0; i < state.Episodes.Length; i++)
        {
            if (state.Episodes[i].EpisodeId == episodeId)
                return i;
        }
        return -1;
    }

    private static EpisodeFields Merge(EpisodeFields before, EpisodeFields patch) => new()
    {
        Title = string.IsNullOrWhiteSpace(patch.Title) ? before.Title : patch.Title.Trim(),
        Description = patch.Description?.Trim() ?? before.Description,
        UploadId = patch.UploadId ?? (string.IsNullOrWhiteSpace(patch.MediaUrl) ? before.UploadId : null),
        MediaUrl = patch.UploadId is not null ? "" : patch.MediaUrl?.Trim() ?? before.MediaUrl,
        CountDownloads = patch.CountDownloads ?? before.CountDownloads,
        DurationSeconds = patch.DurationSeconds ?? before.DurationSeconds,
        PublicationDate = patch.PublicationDate?.ToUniversalTime() ?? before.PublicationDate,
        Status = (patch.Status ?? before.Status) == EpisodeStatus.Draft ? EpisodeStatus.Draft : null,
        EpisodeNumber = patch.EpisodeNumber ?? before.EpisodeNumber,
        Season = patch.Season ?? before.Season,
        Type = patch.Type ?? before.Type,
        Explicit = patch.Explicit ?? before.Explicit,
        Paid = patch.Paid ?? before.Paid,
        ImageUrl = patch.ImageUrl?.Trim() ?? before.ImageUrl,
        Link = patch.Link?.Trim() ?? before.Link,
        Persons = patch.Persons ?? before.Persons,
        Chapters = patch.Chapters ?? before.Chapters,
        TranscriptUrl = patch.TranscriptUrl?.Trim() ?? before.TranscriptUrl,
    };

    private static string? Joined<T>(ImmutableArray<T>? items) => items is { } some ? string.Join('\n', some) : null;
}
