using System.Security.Cryptography;
using System.Text;

namespace AudioOrleans.Grains.Interfaces;

/// <summary>
/// Builds the keys of all grains. Each starts with a letter that is not a hexadecimal digit, since some storage providers parse
/// keys that look like numbers as numbers.
/// </summary>
public static class GrainKeys
{
    /// <summary>The key of grains without an identity of their own, such as stateless workers.</summary>
    public const string Shared = "shared";

    /// <summary>The key of a stream.</summary>
    public static string Stream(Guid streamId) => $"stream/{streamId:D}";

    /// <summary>The key of an upload.</summary>
    public static string Upload(Guid uploadId) => $"upload/{uploadId:D}";

    /// <summary>The key of a playlist.</summary>
    public static string Playlist(Guid playlistId) => $"playlist/{playlistId:D}";

    /// <summary>The key of a podcast.</summary>
    public static string Podcast(Guid podcastId) => $"podcast/{podcastId:D}";

    /// <summary>The key of a custom domain.</summary>
    public static string Domain(Guid domainId) => $"domain/{domainId:D}";

    /// <summary>The key of a plan.</summary>
    public static string Plan(Guid planId) => $"plan/{planId:D}";

    /// <summary>The key of a subscription.</summary>
    public static string Subscription(Guid subscriptionId) => $"subscription/{subscriptionId:D}";

    /// <summary>The key of audio at an external address: a hash, since URLs may contain secrets.</summary>
    public static string External(string url) => $"outside/{Hash(url)}";

    /// <summary>The key of an account.</summary>
    public static string Account(Guid userId) => $"user/{userId:D}";

    /// <summary>The key of the grains of an e-mail address: a hash, since keys appear in logs.</summary>
    /// <param name="normalizedEmail">See <see cref="Accounts.EmailAddress"/>.</param>
    public static string Email(string normalizedEmail) => $"mail/{Hash(normalizedEmail)}";

    /// <summary>The key of a client network: a hash, since addresses are personal data.</summary>
    /// <param name="network">An IPv4 address or an IPv6 network as text.</param>
    public static string Network(string network) => $"network/{Hash(network)}";

    /// <summary>Parses the id from a key that this class built.</summary>
    /// <exception cref="FormatException">It is not such a key.</exception>
    public static Guid ParseId(string key) => Guid.ParseExact(key.AsSpan(key.IndexOf('/', StringComparison.Ordinal) + 1), "D");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
