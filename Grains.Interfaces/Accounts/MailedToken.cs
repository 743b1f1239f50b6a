using System.Buffers.Text;
using System.Security.Cryptography;

namespace Audio.Orleans.Contracts.Accounts;

/// <summary>The form of the tokens in mailed links: account and a secret of 32 random bytes, base64url.</summary>
public static class MailedToken
{
    private const int IdBytes = 16;
    private const int SecretBytes = 32;
    private const int AllBytes = IdBytes + SecretBytes;

    /// <summary>A new token of an account.</summary>
    public static string Create(Guid userId)
    {
        Span<byte> bytes = stackalloc byte[AllBytes];
        userId.TryWriteBytes(bytes);
        RandomNumberGenerator.Fill(bytes[IdBytes..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads whose token it is, without any promise that it is good. False when it has not the form.</summary>
    public static bool TryRead(string? token, out Guid userId)
    {
        userId = default;
        Span<byte> bytes = stackalloc byte[AllBytes];
        // The length first: an endless string is not decoded.
        if (token is null || token.Length != Base64Url.GetEncodedLength(AllBytes) || !Base64Url.IsValid(token)
            || !Base64Url.TryDecodeFromChars(token, bytes, out var count) || count != AllBytes)
        {
            return false;
        }
        userId = new Guid(bytes[..IdBytes]);
        return true;
    }
}
