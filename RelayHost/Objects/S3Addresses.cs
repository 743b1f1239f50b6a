using Microsoft.Extensions.Caching.Memory;
using Minio;
using Minio.DataModel.Args;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>Presigned addresses of a bucket's objects. Each is a secret: whoever has it needs no key. None goes into a log or a message.</summary>
/// <param name="minio">Signs.</param>
/// <param name="aws">Signs what Minio cannot.</param>
/// <param name="bucket">The bucket's name.</param>
/// <param name="time">The clock.</param>
internal sealed class S3Addresses(IMinioClient minio, S3Aws aws, string bucket, TimeProvider time) : IDisposable
{
    /// <summary>The longest name that Minio's client takes, in characters; S3 takes twice that.</summary>
    public const int LongestName = 512;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(5);

    // Signing takes 0.1 ms. A full cache drops what was used longest ago; each entry takes about 1 KiB.
    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = 8192 });

    /// <summary>Where an object is read: the same address until its last minutes.</summary>
    public async ValueTask<Uri> OfGetAsync(string path)
    {
        var now = time.GetUtcNow();
        if (_kept.TryGetValue(path, out Signed? kept) && now < kept!.Until)
            return kept.Address;
        var address = await OfGetAsync(path, Lifetime);
        _kept.Set(path, new Signed(address, now + Lifetime - Rest), new MemoryCacheEntryOptions { Size = 1 });
        return address;
    }

    /// <summary>Where an object is read for so long, from a second to seven days.</summary>
    public async Task<Uri> OfGetAsync(string path, TimeSpan lifetime) => path.Length > LongestName
        ? aws.Address(HttpMethod.Get, path, lifetime, [])
        : new Uri(await minio.PresignedGetObjectAsync(new PresignedGetObjectArgs()
            .WithBucket(bucket).WithObject(path).WithExpiry((int)lifetime.TotalSeconds).WithRequestDate(time.GetUtcNow().UtcDateTime)));

    /// <summary>Where an object is put once.</summary>
    /// <param name="path">The object.</param>
    /// <param name="headers">What is signed with it: as a part of the address, since a header that is not signed is refused by Amazon and MinIO.</param>
    public async Task<Uri> OfPutAsync(string path, Dictionary<string, string> headers) => path.Length > LongestName
        ? aws.Address(HttpMethod.Put, path, Lifetime, headers)
        : new Uri(await minio.PresignedPutObjectAsync(new PresignedPutObjectArgs()
            .WithBucket(bucket).WithObject(path).WithExpiry((int)Lifetime.TotalSeconds).WithHeaders(headers)));

    /// <summary>Where a part of an object is put.</summary>
    public Uri OfPart(string path, string upload, int number) => aws.PartAddress(path, upload, number, Lifetime);

    /// <summary>Where something else is done with an object.</summary>
    public Uri Of(HttpMethod method, string path) => aws.Address(method, path, Lifetime, []);

    public void Dispose() => _kept.Dispose();

    private sealed record Signed(Uri Address, DateTimeOffset Until);
}
