using System.Buffers.Text;
using System.Security.Cryptography;

namespace Audio.Orleans.Contracts.ApiKeys;

/// <summary>The form of API keys: <c>ao_</c>, and account, key and a secret of 32 random bytes in base64url.</summary>
public static class ApiKeyToken
{
    /// <summary>What all begin with, so that scanners find keys that were published by mistake.</summary>
    public const string Start = "ao_";

    private const int IdBytes = 16;
    private const int SecretBytes = 32;
    private const int AllBytes = IdBytes + IdBytes + SecretBytes;


    /// <summary>A new key.</summary>
    public static string Create(Guid userId, Guid keyId)
    {
        Span<byte> bytes = stackalloc byte[AllBytes];
        // The key's id first: the start of a key is what people see of it.
        keyId.TryWriteBytes(bytes);
        userId.TryWriteBytes(bytes[IdBytes..]);
        RandomNumberGenerator.Fill(bytes[(IdBytes + IdBytes)..]);
        return Start + Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads whose key it is, without any promise that it is good. False when it has not the form.</summary>
    public static bool TryRead(string? key, out Guid userId, out Guid keyId)
    {
        (userId, keyId) = (default, default);
        Span<byte> bytes = stackalloc byte[AllBytes];
        if (key is null || key.Length != Start.Length + Base64Url.GetEncodedLength(AllBytes) || !key.StartsWith(Start, StringComparison.Ordinal)
            || !Base64Url.IsValid(key.AsSpan(Start.Length)) || !Base64Url.TryDecodeFromChars(key.AsSpan(Start.Length), bytes, out var count) || count != AllBytes)
        {
            return false;
        }
        keyId = new Guid(bytes[..IdBytes]);
        userId = new Guid(bytes[IdBytes..(IdBytes + IdBytes)]);
        return true;
    }

    /// <summary>What is shown of a key: its first characters, none of the secret.</summary>
    public static string PrefixOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key[..12];
    }

    /// <summary>What is kept of a key: SHA-256, hexadecimal. Enough, since the secret is 256 random bits.</summary>
    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(key)));
}
