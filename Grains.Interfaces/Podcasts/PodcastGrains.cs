using AudioOrleans.Grains.Interfaces.Access;

namespace AudioOrleans.Grains.Interfaces.Podcasts;

/// <summary>One podcast, for its owner and for listeners. Key: <see cref="GrainKeys.Podcast"/>.</summary>
[Alias("audio.podcasts.IPodcastGrain")]
public interface IPodcastGrain : IGrainWithStringKey
{
    /// <summary>Creates the podcast.</summary>
    [Alias("Create")]
    Task<PodcastOutcome> Create(CreatePodcast command);

    /// <summary>The podcast, without its episodes.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [Alias("Get"), ReadOnly]
    Task<PodcastDetails> Get();

    /// <summary>Changes the podcast.</summary>
    /// <param name="caller">Who changes it.</param>
    /// <param name="patch">The new values; null leaves a field unchanged.</param>
    /// <param name="expectedRevision">Apply only if the podcast is at this revision; null applies to any.</param>
    /// <exception cref="AudioException">NotFound, Forbidden, or Stale; Conflict if another podcast has the slug.</exception>
    [Alias("Update")]
    Task<PodcastOutcome> Update(Caller caller, PodcastFields patch, long? expectedRevision);

    /// <summary>Replaces the invitations; each is the id of an account or an e-mail address.</summary>
    /// <returns>The problem with one of them; null if all are valid.</returns>
    /// <exception cref="AudioException">NotFound, or Forbidden for anyone but the owner.</exception>
    [Alias("Invite")]
    Task<FieldProblem?> Invite(Caller caller, ImmutableArray<string> listeners);

    /// <summary>The invitations.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden for anyone but the owner.</exception>
    [Alias("GetInvited"), ReadOnly]
    Task<Invitations> GetInvited(Caller caller);

    /// <summary>Deletes the podcast with its episodes; its uploads stay.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden.</exception>
    [Alias("Delete")]
    Task Delete(Caller caller);
}

/// <summary>The episodes of one podcast. Key: <see cref="GrainKeys.Podcast"/>.</summary>
[Alias("audio.podcasts.IEpisodesGrain")]
public interface IEpisodesGrain : IGrainWithStringKey
{
    /// <summary>Adds an episode; an external address is probed first.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden.</exception>
    [Alias("AddEpisode"), ResponseTimeout(ResponseTimes.Slow)]
    Task<PodcastOutcome> AddEpisode(Caller caller, Guid episodeId, EpisodeFields fields);

    /// <summary>An episode.</summary>
    /// <exception cref="AudioException">NotFound, also for an unpublished one and anyone but the owner.</exception>
    [Alias("GetEpisode"), ReadOnly]
    Task<EpisodeDetails> GetEpisode(Caller caller, Guid episodeId);

    /// <summary>The episodes, newest first: all of them for the owner, otherwise the published ones.</summary>
    /// <exception cref="AudioException">NotFound; Invalid: the cursor does not belong to this list.</exception>
    [Alias("ListEpisodes"), ReadOnly]
    Task<Page<EpisodeDetails>> ListEpisodes(Caller caller, PageRequest page);

    /// <summary>Changes an episode; a new external address is probed first.</summary>
    /// <exception cref="AudioException">NotFound, Forbidden, or Stale.</exception>
    [Alias("UpdateEpisode"), ResponseTimeout(ResponseTimes.Slow)]
    Task<PodcastOutcome> UpdateEpisode(Caller caller, Guid episodeId, EpisodeFields patch, long? expectedRevision);

    /// <summary>Sets the transcript of a language, which is in the object store; a null transcript removes it.</summary>
    /// <exception cref="AudioException">NotFound, Forbidden, or Conflict for too many.</exception>
    [Alias("SetTranscript")]
    Task SetTranscript(Caller caller, Guid episodeId, string language, Transcript? transcript);

    /// <summary>Deletes an episode; its upload stays.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden.</exception>
    [Alias("DeleteEpisode")]
    Task DeleteEpisode(Caller caller, Guid episodeId);
}

/// <summary>The feed of one podcast, for gateways. Key: <see cref="GrainKeys.Podcast"/>.</summary>
[Alias("audio.podcasts.IPodcastFeedGrain")]
public interface IPodcastFeedGrain : IGrainWithStringKey
{
    /// <summary>A document of the feed; null if there is no such podcast or page, or its owner's account is disabled.</summary>
    [Alias("FindFeed"), AlwaysInterleave]
    Task<FeedDocument?> FindFeed(FeedRequest request);

    /// <summary>An episode's audio; null if there is none, or its owner's account is disabled.</summary>
    [Alias("FindEnclosure"), AlwaysInterleave]
    Task<Enclosure?> FindEnclosure(Guid episodeId);

    /// <summary>Looks at the uploads of episodes whose audio is pending.</summary>
    [Alias("RefreshMedia")]
    Task RefreshMedia();
}

/// <summary>One podcast, for the job that imports it. Key: <see cref="GrainKeys.Podcast"/>.</summary>
[Alias("audio.podcasts.IPodcastImportGrain")]
public interface IPodcastImportGrain : IGrainWithStringKey
{
    /// <summary>Creates the podcast, unless that was done before.</summary>
    /// <param name="command">The show.</param>
    /// <param name="guid">The <c>podcast:guid</c> that it has; null to make it from the address of its feed.</param>
    [Alias("BeginImport")]
    Task BeginImport(CreatePodcast command, Guid? guid);

    /// <summary>Adds the episodes whose guids the podcast does not have yet, up to its limit.</summary>
    [Alias("ImportEpisodes")]
    Task ImportEpisodes(ImmutableArray<ImportedEpisode> episodes);
}

/// <summary>Lists of podcasts, and imports. Stateless; key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.podcasts.IPodcastCatalogGrain")]
public interface IPodcastCatalogGrain : IGrainWithStringKey
{
    /// <summary>Public podcasts and the caller's own, newest first; all of them for an admin.</summary>
    /// <exception cref="AudioException">Invalid: the cursor does not belong to this list.</exception>
    [Alias("List")]
    Task<Page<PodcastListItem>> List(Caller caller, PageRequest page, bool ownOnly);

    /// <summary>Starts a job that imports a podcast; returns its id.</summary>
    /// <param name="ownerId">The owner of the new podcast.</param>
    /// <param name="podcastId">The new podcast.</param>
    /// <param name="feedUrl">The feed to import.</param>
    /// <exception cref="AudioException">Invalid: it is not an address.</exception>
    [Alias("StartImport")]
    Task<Guid> StartImport(Guid ownerId, Guid podcastId, Secret feedUrl);

    /// <summary>An import, for its owner.</summary>
    /// <exception cref="AudioException">NotFound, also for those of others.</exception>
    [Alias("GetImport")]
    Task<PodcastImport> GetImport(Caller caller, Guid jobId);
}

/// <summary>Counts downloads. Stateless; key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.podcasts.IDownloadsGrain")]
public interface IDownloadsGrain : IGrainWithStringKey
{
    /// <summary>Adds sent bytes, and counts the downloads that they complete. Each batch is counted once.</summary>
    [Alias("Count")]
    Task Count(Guid batchId, ImmutableArray<AudioSent> sent);

    /// <summary>The downloads of a podcast by episode, day and app.</summary>
    [Alias("Get")]
    Task<ImmutableArray<Downloads>> Get(Guid podcastId, DateOnly from, DateOnly to);
}

/// <summary>The feed tokens of subscribers. Stateless; key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.podcasts.IFeedTokensGrain")]
public interface IFeedTokensGrain : IGrainWithStringKey
{
    /// <summary>The subscriber's token for a podcast, made if there is none.</summary>
    /// <param name="podcastId">The podcast, which the caller may hear.</param>
    /// <param name="accountId">The subscriber.</param>
    /// <param name="rotate">Whether to replace an existing token.</param>
    [Alias("Issue")]
    Task<FeedToken> Issue(Guid podcastId, Guid accountId, bool rotate);

    /// <summary>A token by its id; null if it was revoked or replaced.</summary>
    [Alias("Find")]
    Task<FeedToken?> Find(Guid tokenId);

    /// <summary>Revokes the token of a subscriber.</summary>
    /// <returns>False if there was none.</returns>
    [Alias("Revoke")]
    Task<bool> Revoke(Guid podcastId, Guid accountId);

    /// <summary>Counts uses of tokens, by network and app.</summary>
    [Alias("CountUses")]
    Task CountUses(ImmutableArray<FeedTokenRequest> uses);

    /// <summary>The tokens of a podcast and how they were used.</summary>
    [Alias("List")]
    Task<Page<FeedTokenUse>> List(Guid podcastId, PageRequest page);
}
