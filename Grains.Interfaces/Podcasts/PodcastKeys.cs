namespace AudioOrleans.Grains.Interfaces.Podcasts;

/// <summary>Builds the keys of a podcast's objects.</summary>
public static class PodcastKeys
{
    /// <summary>The prefix of all of a podcast's objects.</summary>
    public static string Prefix(Guid podcastId) => $"podcasts/{podcastId:N}/";

    /// <summary>The prefix of an episode's objects.</summary>
    public static string Episode(Guid podcastId, Guid episodeId) => $"{Prefix(podcastId)}{episodeId:N}/";

    /// <summary>A transcript; each version has a key of its own.</summary>
    public static string Transcript(Guid podcastId, Guid episodeId, string language, Guid version) => $"{Episode(podcastId, episodeId)}transcript-{language.ToLowerInvariant()}-{version:N}";
}
