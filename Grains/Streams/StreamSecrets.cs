using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Streams;

/// <summary>A stream's secrets: the source's password, sealed at rest, and the token of external relays, derived from the master key.</summary>
public sealed class StreamSecrets(SecretBox box, MasterKey master)
{
    /// <summary>Seals the source's password; null or empty stays null.</summary>
    public string? SealKey(Guid streamId, string? key) => string.IsNullOrEmpty(key) ? null : box.SealText(key, KeyContext(streamId));

    /// <summary>Opens a key sealed by <see cref="SealKey"/>.</summary>
    public string? OpenKey(Guid streamId, string? sealedKey) => sealedKey is null ? null : box.OpenText(sealedKey, KeyContext(streamId));

    /// <summary>The token that an external relay sends for this stream.</summary>
    public string RelayToken(Guid streamId) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(master.Derive("relay-token"), Encoding.ASCII.GetBytes($"stream/{streamId:D}")));

    /// <summary>Whether a token is the stream's; takes constant time.</summary>
    public bool IsRelayToken(Guid streamId, string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(RelayToken(streamId)), Encoding.UTF8.GetBytes(token ?? ""));

    private static string KeyContext(Guid streamId) => $"stream/{streamId:D}/stream_key";
}
