using System.Security.Cryptography;
using System.Text;

namespace AudioOrleans.Persistence.Secrets;

/// <summary>A sealed secret cannot be opened: it was changed, belongs elsewhere or was sealed with an unknown key.</summary>
public sealed class SecretBoxException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Seals secrets at rest with AES-256-GCM. A sealed secret is bound to its context (such as <c>stream/{id}/stream_key</c>), so that a
/// row copied elsewhere cannot be opened there.
/// </summary>
/// <remarks>Layout: version 1 (1 byte), key id (4), nonce (12, random), tag (16), ciphertext. All but the tag is authenticated.</remarks>
/// <param name="key">Seals and opens.</param>
/// <param name="olderKeys">Older keys, used for opening only.</param>
public sealed class SecretBox(MasterKey key, params IReadOnlyList<MasterKey> olderKeys)
{
    internal const int KeyIdLength = 4;
    private const byte Version = 1;
    private const int HeaderLength = 1 + KeyIdLength;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = HeaderLength + NonceLength + TagLength;

    /// <summary>Seals bytes; the result is 33 bytes longer.</summary>
    public byte[] Seal(ReadOnlySpan<byte> secret, string context)
    {
        var box = new byte[Overhead + secret.Length];
        box[0] = Version;
        key.Id.Span.CopyTo(box.AsSpan(1));
        var nonce = box.AsSpan(HeaderLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key.Bytes, TagLength);
        cipher.Encrypt(
            nonce, secret, box.AsSpan(Overhead), box.AsSpan(HeaderLength + NonceLength, TagLength), Associated(box, context));
        return box;
    }

    /// <summary>Opens a result of <see cref="Seal(ReadOnlySpan{byte}, string)"/> for the same context.</summary>
    /// <exception cref="SecretBoxException">It was changed, sealed for another context or with an unknown key.</exception>
    public byte[] Open(ReadOnlySpan<byte> box, string context)
    {
        if (box.Length < Overhead || box[0] != Version)
            throw new SecretBoxException("This is not a sealed secret, or it has a newer version.");
        var id = box.Slice(1, KeyIdLength).ToArray();
        var opener = new[] { key }.Concat(olderKeys).FirstOrDefault(candidate => candidate.Id.Span.SequenceEqual(id))
            ?? throw new SecretBoxException($"The secret was sealed with the key {Convert.ToHexStringLower(id)}, which is not configured.");
        var secret = new byte[box.Length - Overhead];
        using var cipher = new AesGcm(opener.Bytes, TagLength);
        try
        {
            cipher.Decrypt(
                box.Slice(HeaderLength, NonceLength), box[Overhead..], box.Slice(HeaderLength + NonceLength, TagLength), secret,
                Associated(box, context));
        }
        catch (AuthenticationTagMismatchException error)
        {
            throw new SecretBoxException($"The secret was changed, or was not sealed for '{context}'.", error);
        }

        return secret;
    }

    /// <summary>Seals text; the result is base64, for a state or a text column.</summary>
    public string SealText(string secret, string context) => Convert.ToBase64String(Seal(Encoding.UTF8.GetBytes(secret), context));

    /// <summary>Opens a result of <see cref="SealText"/> for the same context.</summary>
    /// <exception cref="SecretBoxException">It was changed, sealed for another context or with an unknown key.</exception>
    public string OpenText(string box, string context)
    {
        try
        {
            return Encoding.UTF8.GetString(Open(Convert.FromBase64String(box), context));
        }
        catch (FormatException error)
        {
            throw new SecretBoxException("This is not a sealed secret.", error);
        }
    }

    private static byte[] Associated(ReadOnlySpan<byte> box, string context) =>
        [.. box[..HeaderLength], .. Encoding.UTF8.GetBytes(context)];
}
