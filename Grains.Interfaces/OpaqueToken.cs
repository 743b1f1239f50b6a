using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace AudioOrleans.Grains.Interfaces;

/// <summary>
/// The format of tokens that are looked up rather than decoded: the ids to look up by, and a secret of 32 random bytes,
/// base64url (RFC 4648, section 5).
/// </summary>
public static class OpaqueToken
{
    private const int IdBytes = 16;
    private const int SecretBytes = 32;
    private const int MostIds = 2;

    /// <summary>Creates a token.</summary>
    /// <param name="ids">At most two.</param>
    public static string Create(params ReadOnlySpan<Guid> ids)
    {
        Span<byte> bytes = stackalloc byte[(MostIds * IdBytes) + SecretBytes];
        for (var i = 0; i < ids.Length; i++)
            ids[i].TryWriteBytes(bytes[(i * IdBytes)..]);
        bytes = bytes[..((ids.Length * IdBytes) + SecretBytes)];
        RandomNumberGenerator.Fill(bytes[^SecretBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads the ids without verifying the token. False if the token is malformed.</summary>
    /// <param name="token">The token as received.</param>
    /// <param name="ids">Receives the ids; at most two.</param>
    public static bool TryRead(ReadOnlySpan<char> token, Span<Guid> ids)
    {
        Span<byte> bytes = stackalloc byte[(MostIds * IdBytes) + SecretBytes];
        bytes = bytes[..((ids.Length * IdBytes) + SecretBytes)];
        // The length first: overlong input is not decoded.
        if (token.Length != Base64Url.GetEncodedLength(bytes.Length) || !Base64Url.IsValid(token)
            || !Base64Url.TryDecodeFromChars(token, bytes, out var count) || count != bytes.Length)
        {
            return false;
        }
        for (var i = 0; i < ids.Length; i++)
            ids[i] = new Guid(bytes.Slice(i * IdBytes, IdBytes));
        return true;
    }

    /// <summary>The stored hash of a token: SHA-256, hexadecimal. Enough, since its secret is 256 random bits.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
