using System.Buffers.Text;
using System.Security.Cryptography;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Gateway.Uploads.Tus;

/// <summary>The expected hash of a part's bytes (tus extension checksum).</summary>
internal sealed class PartChecksum : IDisposable
{
    /// <summary>The supported algorithms. The protocol requires SHA-1; it detects damage, not forgery.</summary>
    public const string Algorithms = "sha1,sha256,md5";

    private readonly IncrementalHash _hash;
    private readonly byte[] _expected;

    private PartChecksum(HashAlgorithmName algorithm, byte[] expected) => (_hash, _expected) = (IncrementalHash.CreateHash(algorithm), expected);

    /// <summary>Reads <c>Upload-Checksum</c>; null when there is none.</summary>
    /// <exception cref="AudioException">Invalid: it is malformed, or the algorithm is not supported.</exception>
    public static PartChecksum? Read(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(TusHeaders.Checksum, out var header))
            return null;
        var algorithm = header.ToString().Split(' ') is [var name, var digest] && Base64.IsValid(digest) ? name : null;
        HashAlgorithmName? known = algorithm switch { "sha1" => HashAlgorithmName.SHA1, "sha256" => HashAlgorithmName.SHA256, "md5" => HashAlgorithmName.MD5, _ => null };
        return known is { } found
            ? new PartChecksum(found, Convert.FromBase64String(header.ToString().Split(' ')[1]))
            : throw new AudioException(new FieldProblem(TusHeaders.Checksum, $"Expected one of {Algorithms}, and a hash in base64.", FieldCodes.Malformed));
    }

    public void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    public bool Matches() => CryptographicOperations.FixedTimeEquals(_hash.GetHashAndReset(), _expected);

    public void Dispose() => _hash.Dispose();
}
