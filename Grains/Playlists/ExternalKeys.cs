namespace AudioOrleans.Grains.Playlists;

/// <summary>The keys of what was fetched from outside, and how long it stays.</summary>
public static class ExternalKeys
{
    /// <summary>What nobody has wanted for so long is forgotten.</summary>
    public static readonly TimeSpan Unwanted = TimeSpan.FromDays(14);

    /// <summary>Begins the keys of all that an address ever gave; ends with a slash.</summary>
    /// <param name="grainKey">The address' grain.</param>
    public static string Root(string grainKey) => $"external/{grainKey[(grainKey.LastIndexOf('/') + 1)..]}/";

    /// <summary>Begins the keys of what all runs of a job fetch; ends with a slash.</summary>
    public static string Job(string grainKey, Guid jobId) => $"{Root(grainKey)}{jobId:N}/";

    /// <summary>Begins the keys of what a run of a job fetches; ends with a slash. Each run has its own: one that lost its job cannot spoil what the next one made.</summary>
    public static string Prefix(string grainKey, Guid jobId, Guid leaseToken) => $"{Job(grainKey, jobId)}{leaseToken:N}/";
}
