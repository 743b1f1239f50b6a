using System.Security.Cryptography;
using System.Text;

namespace AudioOrleans.Grains.Interfaces;

/// <summary>
/// Builds the keys of all grains. Each starts with a letter that is no hexadecimal digit, since some storage providers read
/// keys that look like numbers as numbers.
/// </summary>
public static class GrainKeys
{
    /// <summary>The key of grains that are nobody's in particular, such as stateless workers.</summary>
    public const string Shared = "shared";

    /// <summary>The key of a stream.</summary>
    public static string Stream(Guid streamId) => $"stream/{streamId:D}";

    /// <summary>The key of an upload.</summary>
    public static string Upload(Guid uploadId) => $"upload/{uploadId:D}";

    /// <summary>The key of a playlist.</summary>
    public static string Playlist(Guid playlistId) => $"playlist/{playlistId:D}";

    /// <summary>The key of audio at an address outside: a hash, since addresses may hold keys.</summary>
    public static string External(string url) => $"outside/{Hash(url)}";

    /// <summary>The key of an account.</summary>
    public static string Account(Guid userId) => $"user/{userId:D}";

    /// <summary>The key of what begins with an e-mail address: a hash, since keys stand in logs.</summary>
    /// <param name="normalizedEmail">See <see cref="Accounts.EmailAddress"/>.</param>
    public static string Email(string normalizedEmail) => $"mail/{Hash(normalizedEmail)}";

    /// <summary>The key of a network that clients come from: a hash, since addresses are personal.</summary>
    /// <param name="network">An IPv4 address or an IPv6 network as text.</param>
    public static string Network(string network) => $"network/{Hash(network)}";

    /// <summary>Reads the id out of a key that this class built.</summary>
    /// <exception cref="FormatException">It is no such key.</exception>
    public static Guid ParseId(string key) => Guid.ParseExact(key.AsSpan(key.IndexOf('/', StringComparison.Ordinal) + 1), "D");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
