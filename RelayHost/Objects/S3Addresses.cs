using Microsoft.Extensions.Caching.Memory;
using Minio;
using Minio.DataModel.Args;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>Presigned URLs of a bucket's objects. Each is a secret: it grants access without a key. None may appear in a log or a message.</summary>
/// <param name="minio">Signs URLs.</param>
/// <param name="aws">Signs the URLs that Minio cannot.</param>
/// <param name="bucket">The bucket's name.</param>
/// <param name="time">The clock.</param>
internal sealed class S3Addresses(IMinioClient minio, S3Aws aws, string bucket, TimeProvider time) : IDisposable
{
    /// <summary>The longest name that Minio's client accepts, in characters; S3 accepts twice that.</summary>
    public const int LongestName = 512;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);

    // Signing takes 0.1 ms. A full cache evicts the least recently used URLs; each entry takes about 1 KiB.
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = 8192 });

    /// <summary>A URL for reading an object: the same one until its last minutes.</summary>
    public async ValueTask<Uri> OfGetAsync(string path)
    {
        var now = time.GetUtcNow();
        if (_kept.TryGetValue(path, out Signed? kept) && now < kept!.Until)
            return kept.Address;
        var address = await OfGetAsync(path, Lifetime);
        _kept.Set(path, new Signed(address, now + Lifetime - Rest), new MemoryCacheEntryOptions { Size = 1 });
        return address;
    }

    /// <summary>A URL for reading an object with this lifetime, from a second to seven days.</summary>
    public async Task<Uri> OfGetAsync(string path, TimeSpan lifetime) => path.Length > LongestName
        ? aws.Address(HttpMethod.Get, path, lifetime, [])
        : new Uri(await minio.PresignedGetObjectAsync(new PresignedGetObjectArgs()
            .WithBucket(bucket).WithObject(path).WithExpiry((int)lifetime.TotalSeconds).WithRequestDate(time.GetUtcNow().UtcDateTime)));

    /// <summary>A URL for one put of an object.</summary>
    /// <param name="path">The object.</param>
    /// <param name="headers">The headers to sign: as a part of the URL, because Amazon and MinIO refuse headers that are not signed.</param>
    public async Task<Uri> OfPutAsync(string path, Dictionary<string, string> headers) => path.Length > LongestName
        ? aws.Address(HttpMethod.Put, path, Lifetime, headers)
        : new Uri(await minio.PresignedPutObjectAsync(new PresignedPutObjectArgs()
            .WithBucket(bucket).WithObject(path).WithExpiry((int)Lifetime.TotalSeconds).WithHeaders(headers)));

    /// <summary>A URL for putting a part of an object.</summary>
    public Uri OfPart(string path, string upload, int number) => aws.PartAddress(path, upload, number, Lifetime);

    /// <summary>A URL for another operation on an object.</summary>
    public Uri Of(HttpMethod method, string path) => aws.Address(method, path, Lifetime, []);

    public void Dispose() => _kept.Dispose();

    private sealed record Signed(Uri Address, DateTimeOffset Until);
}
