namespace AudioOrleans.Grains.Playlists;

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
