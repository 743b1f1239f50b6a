using System.Text.Json.Serialization;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Media;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Podcasts;
using Npgsql;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>The stored state of a podcast and its episodes. Replaced as a whole by each change, so that a failed write leaves the old one.</summary>
[GenerateSerializer, Alias("audio.podcasts.state")]
public sealed record PodcastState : ICoveredState<PodcastState>
{
    /// <summary>The owner's account.</summary>
    [Id(0)] public Guid OwnerId { get; init; }

    /// <summary>Its <c>podcast:guid</c>, which never changes.</summary>
    [Id(1)] public Guid Guid { get; init; }

    /// <summary>Its values; null only where <see cref="PodcastFields"/> allows it.</summary>
    [Id(2)] public PodcastFields Fields { get; init; } = new();

    /// <summary>Its episodes, in no particular order.</summary>
    [Id(3)] public ImmutableArray<StoredEpisode> Episodes { get; init; } = [];

    /// <summary>When it was created, UTC.</summary>
    [Id(4)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its owner last changed it or one of its episodes, UTC.</summary>
    [Id(5)] public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Incremented by each change that its owner makes to the show itself.</summary>
    [Id(6)] public long Revision { get; init; }

    /// <summary>Who may hear it though it is private or paywalled.</summary>
    [Id(7)] public Invitations Invited { get; init; } = Invitations.None;

    /// <summary>The description as HTML that podcast apps show.</summary>
    [Id(8)] public string DescriptionHtml { get; init; } = "";

    /// <summary>Its cover.</summary>
    [Id(20)] public CoverState Cover { get; init; } = CoverState.None;

    /// <summary>Whether its owner chose its slug, which then does not change with the title.</summary>
    [Id(21)] public bool IsSlugChosen { get; init; }

    /// <inheritdoc/>
    public bool HasCovers() => CoverRules.HasObjects(Cover) || Episodes.Any(episode => CoverRules.HasObjects(episode.Cover));

    /// <inheritdoc/>
    public CoverDetails? FindCover(Guid? episodeId, DateTimeOffset now)
    {
        if (episodeId is not { } id)
            return Details(isPublished: true, Cover);
        return EpisodeRules.Find(this, id) is { } episode ? Details(EpisodeRules.IsPublished(episode, now), episode.Cover) : null;

        // As the details: everybody who may find the podcast sees its covers, whether or not they may hear it.
        CoverDetails Details(bool isPublished, CoverState cover) => new(OwnerId, Fields.Visibility!.Value, Monetized: false, Invited, isPublished, cover);
    }

    /// <inheritdoc/>
    public PodcastState WithCover(Guid? episodeId, CoverState cover, DateTimeOffset? changedAt)
    {
        if (episodeId is not { } id)
            return this with { Cover = cover, UpdatedAt = changedAt ?? UpdatedAt, Revision = changedAt is null ? Revision : Revision + 1 };
        var episode = EpisodeRules.Find(this, id)!;
        var next = episode with { Cover = cover, UpdatedAt = changedAt ?? episode.UpdatedAt, Revision = changedAt is null ? episode.Revision : episode.Revision + 1 };
        return EpisodeRules.With(this, next, changedAt ?? UpdatedAt);
    }
}

/// <summary>An episode.</summary>
[GenerateSerializer, Alias("audio.podcasts.stored-episode")]
public sealed record StoredEpisode
{
    /// <summary>Its id.</summary>
    [Id(0)] public Guid EpisodeId { get; init; }

    /// <summary>Its guid in the feed, which never changes.</summary>
    [Id(1)] public string Guid { get; init; } = "";

    /// <summary>Its values.</summary>
    [Id(2)] public EpisodeFields Fields { get; init; } = new();

    /// <summary>Its audio; null until it is ready.</summary>
    [Id(3)] public EpisodeMedia? Media { get; init; }

    /// <summary>Why its audio cannot be heard, as a sentence; null otherwise.</summary>
    [Id(4)] public string? MediaError { get; init; }

    /// <summary>Its transcripts in the object store.</summary>
    [Id(5)] public ImmutableArray<Transcript> Transcripts { get; init; } = [];

    /// <summary>The show notes as HTML that podcast apps show.</summary>
    [Id(6)] public string DescriptionHtml { get; init; } = "";

    /// <summary>When it was created, UTC.</summary>
    [Id(7)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its owner last changed it, UTC.</summary>
    [Id(8)] public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Incremented by each change that its owner makes.</summary>
    [Id(9)] public long Revision { get; init; }

    /// <summary>Its cover.</summary>
    [Id(20)] public CoverState Cover { get; init; } = CoverState.None;

    /// <summary>Its date of publication.</summary>
    [JsonIgnore]
    public DateTimeOffset PublicationDate => Fields.PublicationDate ?? CreatedAt;

    /// <summary>Whether its audio can be heard.</summary>
    [JsonIgnore]
    public EpisodeMediaStatus MediaStatus =>
        Media is not null ? EpisodeMediaStatus.Ready : MediaError is not null ? EpisodeMediaStatus.Failed : EpisodeMediaStatus.Pending;

    /// <summary>Whether it is published at a time.</summary>
    public EpisodeStatus StatusAt(DateTimeOffset now) =>
        Fields.Status == EpisodeStatus.Draft ? EpisodeStatus.Draft : PublicationDate > now ? EpisodeStatus.Scheduled : EpisodeStatus.Published;
}

/// <summary>Updates the table of podcasts with their states.</summary>
public sealed class PodcastProjection : IStateProjection<PodcastState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, PodcastState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var fields = state.Fields;
        var row = new PodcastRow
        {
            PodcastId = IdOf(grain),
            OwnerId = state.OwnerId,
            Title = fields.Title!,
            Description = fields.Description!,
            Language = fields.Language!,
            Author = fields.Author!,
            Visibility = StreamCatalogGrain.ToColumn(fields.Visibility!.Value),
            Monetized = fields.Monetized!.Value,
            EpisodeCount = state.Episodes.Length,
            CreatedAt = state.CreatedAt.UtcDateTime,
            UpdatedAt = state.UpdatedAt.UtcDateTime,
            CoverVersion = state.Cover.Current?.Version,
            CoverPixels = state.Cover.Current?.Pixels,
        };
        var uploads = state.Episodes.Where(episode => episode.Fields.UploadId is not null).Select(episode => episode.Fields.UploadId!.Value).Distinct();
        await PodcastTables.WriteAsync(transaction, row, [.. uploads], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await PodcastTables.RemoveAsync(transaction, IdOf(grain), cancellationToken);

    private static Guid IdOf(GrainId grain) => GrainKeys.ParseId(grain.Key.ToString()!);
}
