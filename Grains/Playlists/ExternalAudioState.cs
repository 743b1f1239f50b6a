using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Playlists;

/// <summary>The stored state of an external address. Replaced as a whole by each change.</summary>
[GenerateSerializer, Alias("audio.playlists.external-state")]
public sealed record ExternalAudioState
{
    /// <summary>The address.</summary>
    [Id(0)] public string Url { get; init; } = "";

    /// <summary>The fetched audio; null before it was fetched.</summary>
    [Id(1)] public MediaAsset? Audio { get; init; }

    /// <summary>Why the last fetch failed, as a sentence; null if it succeeded.</summary>
    [Id(2)] public string? Error { get; init; }

    /// <summary>The entity tag of the audio.</summary>
    [Id(3)] public string? ETag { get; init; }

    /// <summary>The <c>Last-Modified</c> time of the audio, as the server sent it.</summary>
    [Id(4)] public string? LastModified { get; init; }

    /// <summary>When it becomes stale, UTC.</summary>
    [Id(5)] public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The job that is fetching it; null for none.</summary>
    [Id(6)] public Guid? FetchJob { get; init; }

    /// <summary>The key prefix of the audio; ends with a slash.</summary>
    [Id(7)] public string? Prefix { get; init; }

    /// <summary>The key prefix of the previous audio, which some listeners may still be playing.</summary>
    [Id(8)] public string? PreviousPrefix { get; init; }

    /// <summary>When it was last requested, UTC, with a resolution of a day.</summary>
    [Id(10)] public DateTimeOffset WantedAt { get; init; }
}

/// <summary>The keys of fetched external audio, and how long it is kept.</summary>
public static class ExternalKeys
{
    /// <summary>Audio that nobody has requested for this long is deleted.</summary>
    public static readonly TimeSpan Unwanted = TimeSpan.FromDays(14);

    /// <summary>The key prefix of everything fetched from an address; ends with a slash.</summary>
    /// <param name="grainKey">The key of the address's grain.</param>
    public static string Root(string grainKey) => $"external/{grainKey[(grainKey.LastIndexOf('/') + 1)..]}/";

    /// <summary>The key prefix of everything that the runs of a job fetch; ends with a slash.</summary>
    public static string Job(string grainKey, Guid jobId) => $"{Root(grainKey)}{jobId:N}/";

    /// <summary>The key prefix of what a run of a job fetches; ends with a slash. Each run has its own, so a run that lost its job cannot damage the next.</summary>
    public static string Prefix(string grainKey, Guid jobId, Guid leaseToken) => $"{Job(grainKey, jobId)}{leaseToken:N}/";
}
