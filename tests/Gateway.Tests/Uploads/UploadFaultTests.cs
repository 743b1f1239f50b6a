using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Objects;
using AudioOrleans.Testing.Platforms;
using AudioOrleans.Testing.Scanning;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>Uploads on a platform with a bucket and a virus scanner, while one of the two is unavailable.</summary>
public sealed class UploadFaultTests : IAsyncLifetime
{
    private byte[] _file = null!;
    private byte[] _infected = null!;
    private S3Server _server = null!;
    private ClamdServer _clamd = null!;
    private PlatformProcess _platform = null!;
    private Dj _dj = null!;

    private TestFolder Spool { get; set; } = null!;

    private S3ObjectStore Store { get; set; } = null!;

    public async Task InitializeAsync()
    {
        Spool = new TestFolder("spool");
        _file = await File.ReadAllBytesAsync(await Tone.NoiseMp3Async(seconds: 10));
        // Not at 128 kbit/s: clamd takes a file that begins with FF FB 90 for an MP3, and does not scan it.
        _infected = [.. await File.ReadAllBytesAsync(await Tone.Mp3Async(320, seconds: 5)), 1, 2, 3];
        _server = await S3Server.StartAsync();
        _clamd = await ClamdServer.StartAsync("100M", _infected);
        var options = _server.Options(await _server.CreateBucketAsync());
        Store = new S3ObjectStore(options, Spool.Path, TimeProvider.System);
        _platform = await PlatformProcess.StartAsync(ImmutableDictionary<string, string?>.Empty
            .Add("Objects__Kind", "s3").Add("Objects__S3__Endpoint", options.Endpoint).Add("Objects__S3__Bucket", options.Bucket)
            .Add("Objects__S3__AccessKey", options.AccessKey).Add("Objects__S3__SecretKey", options.SecretKey)
            .Add("VirusScan__Clamd", $"127.0.0.1:{_clamd.Port}"));
        _dj = await Dj.RegisterAsync(_platform);
    }

    public async Task DisposeAsync()
    {
        _dj.Dispose();
        await _platform.DisposeAsync();
        Store.Dispose();
        await _clamd.DisposeAsync();
        await _server.DisposeAsync();
        Spool.Dispose();
    }

    [Fact]
    public async Task While_the_store_or_the_scanner_is_unavailable_no_upload_is_accepted_and_afterwards_all_are()
    {
        // A resumable upload that waits for its last part.
        var resumable = await _dj.CreateTusAsync(_file.Length);
        (await _dj.PatchTusAsync(resumable, 0, _file[..100_000])).Dispose();

        await _server.StopAsync();
        await IsUnavailableAsync(await _dj.Client.UploadAsync(_file, key: "again"));
        await IsUnavailableAsync(await _dj.PatchTusAsync(resumable, 100_000, _file[100_000..]));
        Assert.Equal(100_000, await _dj.OffsetAsync(resumable));
        await BeginsAsync();
        await _server.RestartAsync();

        await _clamd.StopAsync();
        await IsUnavailableAsync(await _dj.Client.UploadAsync(_file, key: "again"));
        await IsUnavailableAsync(await _dj.PatchTusAsync(resumable, 100_000, _file[100_000..]));
        Assert.Equal(100_000, await _dj.OffsetAsync(resumable));
        await BeginsAsync();
        await _clamd.StartAsync();

        // The cleanup after the failures does not touch the uploads that follow.
        using var taken = await _dj.Client.UploadAsync(_file, key: "again");
        var id = (Guid)(await taken.JsonAsync(HttpStatusCode.Created))["upload_id"]!;
        using var last = await _dj.PatchTusAsync(resumable, 100_000, _file[100_000..]);
        Assert.Equal(HttpStatusCode.NoContent, last.StatusCode);
        foreach (var upload in new[] { id, resumable })
        {
            await _dj.UntilReadyAsync(upload);
            await Eventually.That(async () => await CountAsync(upload, "parts/") == 0 && await CountAsync(upload, "original") == 1, Uploading.Deadline, "one file of the upload is left");
            Assert.Equal(SHA256.HashData(_file), SHA256.HashData(await _dj.Client.GetByteArrayAsync(new Uri(Uploading.PathOf(upload, "/original.mp3"), UriKind.Relative))));
        }
        await Eventually.That(async () => (await KeysAsync()).All(key => key.Contains($"{id:D}", StringComparison.Ordinal) || key.Contains($"{resumable:D}", StringComparison.Ordinal)), Uploading.Deadline, "nothing of the others is left");

        await _server.StopAsync();
        await IsUnavailableAsync(await _dj.Client.GetAsync(new Uri(Uploading.PathOf(id, "/original.mp3"), UriKind.Relative)));
        await _server.RestartAsync();
        using var heard = await _dj.Client.GetAsync(new Uri(Uploading.PathOf(id, "/original.mp3"), UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, heard.StatusCode);
    }

    [Fact]
    public async Task While_the_scanner_is_unavailable_final_uploads_and_uploads_with_a_late_length_lose_nothing()
    {
        var partials = new List<Guid>();
        foreach (var part in new[] { _file[..50_000], _file[50_000..] })
        {
            partials.Add(await _dj.CreateTusAsync(part.Length, headers: ("Upload-Concat", "partial")));
            (await _dj.PatchTusAsync(partials[^1], 0, part)).Dispose();
        }
        using var begun = await _dj.TusAsync(HttpMethod.Post, Tus.Path, new ByteArrayContent(_file), headers: ("Upload-Defer-Length", "1"));
        var deferred = Tus.IdOf(begun);
        (string, string) concat = ("Upload-Concat", $"final;{string.Join(' ', partials.Select(id => $"{Tus.Path}/{id}"))}");
        (string, string) length = ("Upload-Length", $"{_file.Length}");

        await _clamd.StopAsync();
        await IsUnavailableAsync(await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: [concat, ("Idempotency-Key", "final")]));
        await IsUnavailableAsync(await _dj.PatchTusAsync(deferred, _file.Length, [], length));
        // No client may conclude that the upload is complete.
        using (var head = await _dj.TusAsync(HttpMethod.Head, $"{Tus.Path}/{deferred}"))
            Assert.Equal((_file.Length, true, false), (Tus.OffsetOf(head), head.Headers.Contains("Upload-Defer-Length"), head.Headers.Contains("Upload-Length")));
        Assert.Empty((await _dj.GetAsync("/v1/uploads/audio"))["items"]!.AsArray());
        await _clamd.StartAsync();

        using var made = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: [concat, ("Idempotency-Key", "final")]);
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        using (var lengthSet = await _dj.PatchTusAsync(deferred, _file.Length, [], length))
            Assert.Equal(HttpStatusCode.NoContent, lengthSet.StatusCode);
        foreach (var upload in new[] { Tus.IdOf(made), deferred })
        {
            await _dj.UntilReadyAsync(upload);
            Assert.Equal(SHA256.HashData(_file), SHA256.HashData(await _dj.Client.GetByteArrayAsync(new Uri(Uploading.PathOf(upload, "/original.mp3"), UriKind.Relative))));
        }
        await Eventually.That(
            async () => (await KeysAsync()).All(key => key.Contains($"{Tus.IdOf(made)}/", StringComparison.Ordinal) || key.Contains($"{deferred}/", StringComparison.Ordinal)),
            Uploading.Deadline, "nothing of the rest is left");
    }

    [Fact]
    public async Task An_infected_file_is_refused_and_nothing_of_it_is_kept()
    {
        using var refused = await _dj.Client.UploadAsync(_infected);
        Assert.Equal("infected", (string)(await refused.ProblemAsync(HttpStatusCode.UnprocessableEntity))["reason"]!);
        var id = await _dj.CreateTusAsync(_infected.Length);
        using var last = await _dj.PatchTusAsync(id, 0, _infected);
        Assert.Equal("infected", (string)(await last.ProblemAsync(HttpStatusCode.UnprocessableEntity))["reason"]!);
        Assert.Null(await _dj.OffsetAsync(id));
        await Eventually.That(async () => (await KeysAsync()).Count == 0, Uploading.Deadline, "nothing is kept");
        Assert.Empty((await _dj.GetAsync("/v1/uploads/audio"))["items"]!.AsArray());
    }

    /// <summary>An upload whose file is sent with its creation is created, but the bytes must be sent again.</summary>
    private async Task BeginsAsync()
    {
        using var created = await _dj.TusAsync(HttpMethod.Post, Tus.Path, new ByteArrayContent(_file), headers: ("Upload-Length", $"{_file.Length}"));
        Assert.Equal((HttpStatusCode.Created, 0), (created.StatusCode, Tus.OffsetOf(created)));
    }

    private static async Task IsUnavailableAsync(HttpResponseMessage response)
    {
        using (response)
        {
            await response.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(response.Headers.RetryAfter);
        }
    }

    private async Task<int> CountAsync(Guid uploadId, string name) => (await KeysAsync()).Count(key => key.Contains($"{uploadId:D}/{name}", StringComparison.Ordinal));

    private async Task<List<string>> KeysAsync()
    {
        var keys = new List<string>();
        await foreach (var found in Store.ListAsync("uploads/"))
            keys.Add(found.Key);
        return keys;
    }
}
