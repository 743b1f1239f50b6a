using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Playlists;

/// <summary>What is kept of an address outside. Replaced as a whole with each change.</summary>
[GenerateSerializer, Alias("audio.playlists.external-state")]
public sealed record ExternalAudioState
{
    /// <summary>The address.</summary>
    [Id(0)] public string Url { get; init; } = "";

    /// <summary>What it gave; null before it was fetched.</summary>
    [Id(1)] public MediaAsset? Audio { get; init; }

    /// <summary>Why it could not be fetched last, as a sentence; null when it could.</summary>
    [Id(2)] public string? Error { get; init; }

    /// <summary>The tag of what it gave.</summary>
    [Id(3)] public string? ETag { get; init; }

    /// <summary>The time of what it gave, as the server wrote it.</summary>
    [Id(4)] public string? LastModified { get; init; }

    /// <summary>When it is to be looked at anew, UTC.</summary>
    [Id(5)] public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The job that fetches it now; null for none.</summary>
    [Id(6)] public Guid? FetchJob { get; init; }

    /// <summary>Where what it gave lies; ends with a slash.</summary>
    [Id(7)] public string? Prefix { get; init; }

    /// <summary>Where lies what it gave before, which some listeners may still hear.</summary>
    [Id(8)] public string? PreviousPrefix { get; init; }

    /// <summary>When it was last wanted, UTC, to a day.</summary>
    [Id(10)] public DateTimeOffset WantedAt { get; init; }
}
