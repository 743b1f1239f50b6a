using System.Buffers.Text;
using System.Security.Cryptography;

namespace Audio.Orleans.Contracts.Accounts;

/// <summary>The form of refresh tokens: account, session and a secret of 32 random bytes, base64url.</summary>
public static class RefreshToken
{
    private const int IdBytes = 16;
    private const int SecretBytes = 32;
    private const int AllBytes = IdBytes + IdBytes + SecretBytes;

    /// <summary>A new token of a session.</summary>
    public static string Create(Guid userId, Guid family)
    {
        Span<byte> bytes = stackalloc byte[AllBytes];
        userId.TryWriteBytes(bytes);
        family.TryWriteBytes(bytes[IdBytes..]);
        RandomNumberGenerator.Fill(bytes[(IdBytes + IdBytes)..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>
    /// The session's public name, which stands in access and media tokens. The family itself does not: media tokens stand in
    /// addresses, and who knows a family could make something that looks like a used refresh token, and end the session by it.
    /// </summary>
    public static Guid SessionOf(Guid family)
    {
        Span<byte> bytes = stackalloc byte[IdBytes];
        family.TryWriteBytes(bytes);
        return new Guid(SHA256.HashData(bytes).AsSpan(0, IdBytes));
    }

    /// <summary>Reads whose token it is, without any promise that it is good. False when it has not the form.</summary>
    public static bool TryRead(string? token, out Guid userId, out Guid family)
    {
        (userId, family) = (default, default);
        Span<byte> bytes = stackalloc byte[AllBytes];
        // The length first: an endless string is not decoded.
        if (token is null || token.Length != Base64Url.GetEncodedLength(AllBytes) || !Base64Url.IsValid(token)
            || !Base64Url.TryDecodeFromChars(token, bytes, out var count) || count != AllBytes)
        {
            return false;
        }
        userId = new Guid(bytes[..IdBytes]);
        family = new Guid(bytes[IdBytes..(IdBytes + IdBytes)]);
        return true;
    }
}
