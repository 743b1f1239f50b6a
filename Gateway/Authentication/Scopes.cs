namespace AudioOrleans.Gateway.Authentication;

/// <summary>The scopes that callers have; each is the name of an authorization policy too.</summary>
public static class Scopes
{
    /// <summary>Read and listen to streams.</summary>
    public const string StreamsRead = "streams:read";

    /// <summary>Register, change and delete one's own streams.</summary>
    public const string StreamsWrite = "streams:write";

    /// <summary>Read one's own uploads.</summary>
    public const string UploadsRead = "uploads:read";

    /// <summary>Upload audio, and delete one's own.</summary>
    public const string UploadsWrite = "uploads:write";

    /// <summary>Read one's own playlists, and listen to private ones.</summary>
    public const string PlaylistsRead = "playlists:read";

    /// <summary>Create, change and delete one's own playlists.</summary>
    public const string PlaylistsWrite = "playlists:write";

    /// <summary>Read one's own podcasts, and hear private ones.</summary>
    public const string PodcastsRead = "podcasts:read";

    /// <summary>Create, change and delete one's own podcasts.</summary>
    public const string PodcastsWrite = "podcasts:write";

    /// <summary>Add, see and delete one's own custom domains.</summary>
    public const string DomainsWrite = "domains:write";

    /// <summary>See one's own subscriptions and invoices.</summary>
    public const string MonetizationRead = "monetization:read";

    /// <summary>Create, change and retire one's own plans.</summary>
    public const string MonetizationWrite = "monetization:write";

    /// <summary>Run the platform.</summary>
    public const string Admin = "admin";

    /// <summary>Not a scope but a policy: a person's login, which no API key can replace.</summary>
    public const string OwnSession = "session";

    /// <summary>All scopes that routes require.</summary>
    public static IReadOnlyList<string> All { get; } = [StreamsRead, StreamsWrite, UploadsRead, UploadsWrite, PlaylistsRead, PlaylistsWrite, PodcastsRead, PodcastsWrite, DomainsWrite, MonetizationRead, MonetizationWrite, Admin];
}
