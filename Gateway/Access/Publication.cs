using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Billing;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Access;

/// <summary>The access rules of a stream, a playlist or a podcast.</summary>
/// <param name="Noun">Its name in errors.</param>
/// <param name="ReadScope">The scope that a token must have if one is needed.</param>
/// <param name="OwnerId">The owner, who always has access.</param>
/// <param name="Visibility">Who else has access.</param>
/// <param name="Monetized">Whether a subscription is needed.</param>
/// <param name="Invited">The invited accounts.</param>
/// <param name="Resource">What a subscription must cover; null for what none does.</param>
public readonly record struct Publication(string Noun, string ReadScope, Guid OwnerId, Visibility Visibility, bool Monetized, Invitations Invited, CoveredResource? Resource)
{
    /// <summary>Whether shared caches may store the response: only if it needs no token.</summary>
    public bool IsShareable => this is { Visibility: Visibility.Public, Monetized: false };

    /// <summary>A stream.</summary>
    public static Publication From(Guid streamId, StreamAccess stream) =>
        new Publication("Stream", Scopes.StreamsRead, stream.OwnerId, stream.Visibility, stream.Monetized, stream.Invited ?? Invitations.None, new CoveredResource(CoveredKind.Stream, streamId));

    /// <summary>A playlist.</summary>
    public static Publication From(Guid playlistId, PlaybackManifest playlist) =>
        new Publication("Playlist", Scopes.PlaylistsRead, playlist.OwnerId, playlist.Visibility, playlist.Monetized, playlist.Invited, new CoveredResource(CoveredKind.Playlist, playlistId));

    /// <summary>A playlist.</summary>
    public static Publication From(PlaylistDetails playlist) =>
        new Publication("Playlist", Scopes.PlaylistsRead, playlist.OwnerId, playlist.Visibility, playlist.Monetized, playlist.Invited, new CoveredResource(CoveredKind.Playlist, playlist.PlaylistId));

    /// <summary>A podcast: everybody who may find it sees what it has, whether or not they may hear it.</summary>
    public static Publication From(PodcastDetails podcast) =>
        new Publication("Podcast", Scopes.PodcastsRead, podcast.OwnerId, podcast.Fields.Visibility!.Value, false, podcast.Invited, new CoveredResource(CoveredKind.Podcast, podcast.PodcastId));

    /// <summary>A podcast's feed, or the audio of one of its episodes.</summary>
    public static Publication From(Guid podcastId, PodcastAccess podcast) =>
        new Publication("Podcast", Scopes.PodcastsRead, podcast.OwnerId, podcast.Visibility, podcast.Monetized, podcast.Invited, new CoveredResource(CoveredKind.Podcast, podcastId));
}
