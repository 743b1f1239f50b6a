using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>The episodes of one podcast: finds their audio, and changes them as <see cref="EpisodeRules"/> decides.</summary>
/// <param name="podcastId">The podcast.</param>
/// <param name="resolver">Finds the audio.</param>
/// <param name="time">The clock.</param>
/// <param name="commit">Commits a change of the podcast.</param>
internal sealed class PodcastEpisodes(Guid podcastId, EpisodeMediaResolver resolver, TimeProvider time, Func<Func<PodcastState, Change<PodcastState>>, Task> commit)
{
    /// <inheritdoc cref="IEpisodesGrain.AddEpisode"/>
    public async Task<PodcastOutcome> Add(PodcastState podcast, Guid episodeId, EpisodeFields fields)
    {
        if (EpisodeRules.Find(podcast, episodeId) is { } known)
            return PodcastOutcome.Done([], known.Revision);
        var now = time.GetUtcNow();
        if (EpisodeRules.CheckNew(fields, now) is { IsEmpty: false } problems)
            return PodcastOutcome.Invalid(problems);
        if (podcast.Episodes.Length >= PodcastRules.MostEpisodes)
            throw new AudioException(AudioError.Conflict, $"A podcast has at most {PodcastRules.MostEpisodes} episodes");
        if (fields.Guid is { } guid && podcast.Episodes.Any(episode => episode.Guid == guid.Trim()))
            throw new AudioException(AudioError.Conflict, "Another episode has this guid");
        return await CommitMedia(podcast.OwnerId, EpisodeRules.Create(episodeId, fields, now), [], (state, episode) => EpisodeRules.With(state, episode, now));
    }

    /// <inheritdoc cref="IEpisodesGrain.GetEpisode"/>
    public EpisodeDetails Get(PodcastState podcast, Caller caller, Guid episodeId)
    {
        var now = time.GetUtcNow();
        var episode = Find(podcast, episodeId);
        return caller.Owns(podcast.OwnerId) || EpisodeRules.IsPublished(episode, now) ? EpisodeRules.ToDetails(podcastId, episode, now) : throw NotFound();
    }

    /// <inheritdoc cref="IEpisodesGrain.ListEpisodes"/>
    public Page<EpisodeDetails> List(PodcastState podcast, Caller caller, PageRequest page)
    {
        var now = time.GetUtcNow();
        var after = Cursor.ParseTimeAndId(page.Cursor);
        var shown = caller.Owns(podcast.OwnerId)
            ? podcast.Episodes.OrderByDescending(episode => episode.PublicationDate).ThenByDescending(episode => episode.EpisodeId)
            : EpisodeRules.Published(podcast, now).AsEnumerable();
        var rows = shown.Where(episode => after is not { } last || (episode.PublicationDate.UtcDateTime, episode.EpisodeId).CompareTo((last.Time, last.Id)) < 0).Take(page.Limit + 1).ToList();
        return Cursor.Paginate(rows, page.Limit, episode => EpisodeRules.ToDetails(podcastId, episode, now), episode => Cursor.Format(episode.PublicationDate.UtcTicks, episode.EpisodeId));
    }

    /// <inheritdoc cref="IEpisodesGrain.UpdateEpisode"/>
    public async Task<PodcastOutcome> Update(PodcastState podcast, Guid episodeId, EpisodeFields patch, long? expectedRevision)
    {
        var before = Find(podcast, episodeId);
        Revisions.Require(expectedRevision, before.Revision, "Episode");
        var now = time.GetUtcNow();
        if (EpisodeRules.Check(patch, now) is { IsEmpty: false } problems)
            return PodcastOutcome.Invalid(problems);
        var (next, fields) = EpisodeRules.Apply(patch, before, now);
        if (fields.IsEmpty)
            return PodcastOutcome.Done(fields, before.Revision);
        if (fields.Contains("upload_id") || fields.Contains("media_url"))
            return await CommitMedia(podcast.OwnerId, next, fields, Replace);
        if (EpisodeRules.RefusePaid(next) is { } refusal)
            return refusal;
        await commit(state => new Change<PodcastState>(Replace(state, next), new AuditDetail(string.Join(", ", fields))));
        return PodcastOutcome.Done(fields, next.Revision);

        PodcastState Replace(PodcastState state, StoredEpisode episode)
        {
            // Only the audio was looked at outside of this commit; the rest is computed anew.
            Revisions.Require(before.Revision, Find(state, episodeId).Revision, "Episode");
            return EpisodeRules.With(state, episode, now);
        }
    }

    /// <inheritdoc cref="IEpisodesGrain.SetTranscript"/>
    public Task SetTranscript(Guid episodeId, string language, Transcript? transcript)
    {
        var now = time.GetUtcNow();
        return commit(state =>
        {
            var episode = Find(state, episodeId);
            var others = episode.Transcripts.RemoveAll(one => one.Language == language);
            if (transcript is not null && others.Length >= EpisodeRules.MostTranscripts)
                throw new AudioException(AudioError.Conflict, $"An episode has at most {EpisodeRules.MostTranscripts} transcripts");
            return EpisodeRules.With(state, episode with { Transcripts = transcript is null ? others : others.Add(transcript), UpdatedAt = now, Revision = episode.Revision + 1 }, now);
        });
    }

    /// <inheritdoc cref="IEpisodesGrain.DeleteEpisode"/>
    public Task Delete(PodcastState podcast, Guid episodeId)
    {
        Find(podcast, episodeId);
        var now = time.GetUtcNow();
        return commit(state => new Change<PodcastState>(
            state with { Episodes = state.Episodes.RemoveAll(episode => episode.EpisodeId == episodeId), UpdatedAt = now },
            DeleteObjects.Under(PodcastKeys.Episode(podcastId, episodeId)), DeleteObjects.Under(CoverKeys.Prefix(GrainKeys.Podcast(podcastId), episodeId))));
    }

    /// <inheritdoc cref="IPodcastFeedGrain.RefreshMedia"/>
    public async Task RefreshMedia(PodcastState podcast)
    {
        var uploads = await resolver.FindUploadsAsync(podcast.Episodes.Where(episode => episode.Media is null));
        PodcastState Refresh(PodcastState state) => state with
        {
            Episodes = [.. state.Episodes.Select(episode =>
                episode is { Media: null, Fields.UploadId: { } uploadId } && uploads.TryGetValue(uploadId, out var upload) ? EpisodeMediaResolver.WithUpload(episode, upload) : episode)],
        };
        if (!Refresh(podcast).Episodes.SequenceEqual(podcast.Episodes))
            await commit(state => Refresh(state) with { UpdatedAt = time.GetUtcNow() });
    }

    /// <summary>Commits an episode whose audio is new; the database rejects an upload that was deleted between the check and the commit.</summary>
    private async Task<PodcastOutcome> CommitMedia(Guid ownerId, StoredEpisode episode, ImmutableArray<string> fields, Func<PodcastState, StoredEpisode, PodcastState> place)
    {
        if (EpisodeRules.RefusePaid(episode) is { } refusal)
            return refusal;
        var (found, unusable) = await resolver.ResolveAsync(episode with { Media = null, MediaError = null }, ownerId);
        if (unusable is not null)
            return PodcastOutcome.Refused(unusable.Reason, unusable.Message);
        try
        {
            await commit(state =>
            {
                var change = new Change<PodcastState>(place(state, found));
                // The upload may have become ready since it was looked at, when it did not know this podcast yet.
                return found is { Media: null, Fields.UploadId: { } uploadId } ? change.With(RefreshEpisodes.Using(uploadId)) : change;
            });
        }
        catch (ReferencedRowException)
        {
            throw new AudioException(AudioError.Conflict, "The episode's upload was just deleted");
        }
        return PodcastOutcome.Done(fields, found.Revision);
    }

    private static StoredEpisode Find(PodcastState podcast, Guid episodeId) => EpisodeRules.Find(podcast, episodeId) ?? throw NotFound();

    private static AudioException NotFound() => new(AudioError.NotFound, "Episode not found");
}
