using System.Net;
using System.Security.Cryptography;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>Uploads that are created with their first bytes, and uploads that cannot be created.</summary>
public sealed class TusCreationTests : IAsyncLifetime
{
    private PlatformProcess _platform = null!;
    private Dj _dj = null!;
    private byte[] _file = null!;

    public async Task InitializeAsync()
    {
        _platform = (await SharedPlatform.GetAsync()).Platform;
        _dj = await Dj.RegisterAsync(_platform);
        _file = await File.ReadAllBytesAsync(await Tone.NoiseMp3Async(seconds: 20));
    }

    public Task DisposeAsync()
    {
        _dj.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(100_000)]
    [InlineData(int.MaxValue)]
    public async Task The_first_bytes_can_be_sent_with_the_creation(int count)
    {
        var first = _file[..Math.Min(count, _file.Length)];
        using var created = await CreateAsync(_file.Length, first);
        Assert.Equal((HttpStatusCode.Created, first.Length), (created.StatusCode, Tus.OffsetOf(created)));
        Assert.Equal(first.Length < _file.Length, created.Headers.Contains("Upload-Expires"));
        var id = Tus.IdOf(created);
        Assert.Equal(first.Length, await _dj.OffsetAsync(id));
        if (first.Length < _file.Length)
            (await _dj.PatchTusAsync(id, first.Length, _file[first.Length..])).Dispose();
        await _dj.UntilReadyAsync(id);
        Assert.Equal(SHA256.HashData(_file), SHA256.HashData(await _dj.Client.GetByteArrayAsync(new Uri(Uploading.PathOf(id, "/original.mp3"), UriKind.Relative))));
    }

    [Fact]
    public async Task A_repeated_creation_with_the_same_key_returns_the_current_offset()
    {
        using var first = await CreateAsync(_file.Length, _file[..50_000], ("Idempotency-Key", "first"));
        var id = Tus.IdOf(first);
        (await _dj.PatchTusAsync(id, 50_000, _file[50_000..80_000])).Dispose();
        using var again = await CreateAsync(_file.Length, _file[..50_000], ("Idempotency-Key", "first"));
        Assert.Equal((HttpStatusCode.Created, id, 80_000), (again.StatusCode, Tus.IdOf(again), Tus.OffsetOf(again)));
        (await _dj.TusAsync(HttpMethod.Delete, $"{Tus.Path}/{id}")).Dispose();
        using var late = await CreateAsync(_file.Length, _file[..50_000], ("Idempotency-Key", "first"));
        Assert.Equal((HttpStatusCode.Created, id), (late.StatusCode, Tus.IdOf(late)));
    }

    [Fact]
    public async Task A_refused_upload_is_not_created()
    {
        using (var noise = await CreateAsync(20_000, new byte[20_000], ("Idempotency-Key", "refused")))
            Assert.Equal("not_audio", (string)(await noise.ProblemAsync(HttpStatusCode.UnprocessableEntity))["reason"]!);
        using (var longer = await CreateAsync(1000, _file))
            await longer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        using (var unnamed = await _dj.TusAsync(
            HttpMethod.Post, Tus.Path, new GeneratedContent(_file, _file, _file.Length), headers: ("Upload-Length", "1000")))
        {
            await unnamed.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        }
        using (var other = await CreateAsync(_file.Length, _file, ("Upload-Checksum", $"sha256 {Convert.ToBase64String(SHA256.HashData([1]))}")))
            Assert.Equal(460, (int)other.StatusCode);
        var account = (Guid)(await _dj.GetAsync("/v1/users/me"))["user_id"]!;
        await Eventually.That(() => Uploading.FilesOf(_platform, account).Length == 0, Uploading.Deadline, "nothing is kept");
        // Its key can be used again.
        using var begun = await CreateAsync(20_000, new byte[10], ("Idempotency-Key", "refused"));
        Assert.Equal((HttpStatusCode.Created, 10), (begun.StatusCode, Tus.OffsetOf(begun)));
    }

    private Task<HttpResponseMessage> CreateAsync(long length, byte[] bytes, params (string Name, string Value)[] headers) =>
        _dj.TusAsync(HttpMethod.Post, Tus.Path, new ByteArrayContent(bytes), headers: [("Upload-Length", $"{length}"), .. headers]);
}
