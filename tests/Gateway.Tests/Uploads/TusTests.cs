using System.Net;
using System.Security.Cryptography;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

public sealed class TusTests : IAsyncLifetime
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

    [Fact]
    public async Task The_server_reports_its_capabilities()
    {
        using var options = await _dj.TusAsync(HttpMethod.Options, Tus.Path, version: null);
        Assert.Equal(HttpStatusCode.NoContent, options.StatusCode);
        Assert.Equal("1.0.0", options.Headers.GetValues("Tus-Version").Single());
        Assert.Equal("104857600", options.Headers.GetValues("Tus-Max-Size").Single());
        Assert.Equal(["creation", "creation-with-upload", "creation-defer-length", "concatenation", "termination", "checksum", "expiration"], options.Headers.GetValues("Tus-Extension").Single().Split(','));
        Assert.Contains("sha1", options.Headers.GetValues("Tus-Checksum-Algorithm").Single().Split(','));
    }

    [Fact]
    public async Task A_file_can_be_sent_in_parts_and_is_prepared_like_any_other()
    {
        var id = await _dj.CreateTusAsync(_file.Length, "Ein Stück.mp3");
        Assert.Equal(0, await _dj.OffsetAsync(id));
        using (var early = await _dj.Client.GetAsync(new Uri(Uploading.PathOf(id), UriKind.Relative)))
            await early.ProblemAsync(HttpStatusCode.NotFound);
        for (var at = 0; at < _file.Length; at += 100_000)
        {
            var part = _file[at..Math.Min(at + 100_000, _file.Length)];
            using var response = await _dj.PatchTusAsync(id, at, part);
            Assert.Equal((HttpStatusCode.NoContent, at + part.Length), (response.StatusCode, Tus.OffsetOf(response)));
        }
        Assert.Equal(_file.Length, await _dj.OffsetAsync(id));
        var ready = await _dj.UntilReadyAsync(id);
        Assert.Equal(("Ein Stück.mp3", _file.Length), ((string)ready["file_name"]!, (int)ready["size_bytes"]!));
        await HasContentAsync(id);
        await Eventually.That(() => !Uploading.FilesOfUpload(_platform, id).Any(path => path.Contains("parts", StringComparison.Ordinal)), Uploading.Deadline, "the parts are deleted");
        // A repeat of the last part, by a sender that did not get the response, creates no second file.
        using var late = await _dj.PatchTusAsync(id, _file.Length, []);
        Assert.Equal(HttpStatusCode.NoContent, late.StatusCode);
    }

    [Fact]
    public async Task The_metadata_of_an_upload_are_returned()
    {
        const string metadata = "filename c29uZy5tcDM=,filetype YXVkaW8vbXBlZw==,empty";
        using var created = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: [("Upload-Length", "1000"), ("Upload-Metadata", metadata)]);
        using var head = await _dj.TusAsync(HttpMethod.Head, created.Headers.Location!.ToString());
        Assert.Equal(metadata, head.Headers.GetValues("Upload-Metadata").Single());
        using var bare = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: [("Upload-Length", "1000")]);
        using var nothing = await _dj.TusAsync(HttpMethod.Head, bare.Headers.Location!.ToString());
        Assert.False(nothing.Headers.Contains("Upload-Metadata"));
    }

    [Fact]
    public async Task Invalid_tus_requests_and_wrong_offsets_are_refused()
    {
        var id = await _dj.CreateTusAsync(_file.Length);
        using (var wrong = await _dj.PatchTusAsync(id, 10, _file[10..20]))
        {
            await wrong.ProblemAsync(HttpStatusCode.Conflict);
            Assert.Equal(0, Tus.OffsetOf(wrong));
            Assert.Equal("1.0.0", wrong.Headers.GetValues("Tus-Resumable").Single());
        }
        using (var type = await _dj.TusAsync(HttpMethod.Patch, $"{Tus.Path}/{id}", new ByteArrayContent(_file), "audio/mpeg", headers: ("Upload-Offset", "0")))
            await type.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        foreach (var version in new[] { null, "0.2.2" })
        {
            using var other = await _dj.TusAsync(HttpMethod.Patch, $"{Tus.Path}/{id}", new ByteArrayContent(_file), version: version, headers: ("Upload-Offset", "0"));
            await other.ProblemAsync(HttpStatusCode.PreconditionFailed);
            Assert.Equal("1.0.0", other.Headers.GetValues("Tus-Version").Single());
        }
        using (var none = await _dj.TusAsync(HttpMethod.Patch, $"{Tus.Path}/{id}", new ByteArrayContent(_file)))
            await none.ProblemAsync(HttpStatusCode.BadRequest);
        using (var longer = await _dj.PatchTusAsync(id, 0, [.. _file, 1]))
            await longer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(0, await _dj.OffsetAsync(id));
        // Responses of the exception handler have the tus headers too.
        using var missing = await _dj.PatchTusAsync(Guid.NewGuid(), 0, [1]);
        await missing.ProblemAsync(HttpStatusCode.NotFound);
        Assert.Equal("1.0.0", missing.Headers.GetValues("Tus-Resumable").Single());
    }

    [Theory]
    [InlineData("Upload-Length", "104857601", HttpStatusCode.RequestEntityTooLarge)]
    [InlineData("Upload-Length", "0", HttpStatusCode.BadRequest)]
    [InlineData("Upload-Length", "-1", HttpStatusCode.BadRequest)]
    public async Task An_upload_must_have_a_valid_length(string name, string value, HttpStatusCode status)
    {
        using var response = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: (name, value));
        await response.ProblemAsync(status);
    }

    [Theory]
    [InlineData("filename")]
    [InlineData("filename b2,filename b2")]
    [InlineData("filename !!")]
    [InlineData("renditions MQ==")]
    [InlineData("target_lufs MQ==")]
    public async Task Metadata_must_be_names_and_Base64(string metadata)
    {
        using var response = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: [("Upload-Length", "1000"), ("Upload-Metadata", metadata)]);
        if (metadata == "filename")
            Assert.Equal(HttpStatusCode.Created, response.StatusCode); // A name without a value has an empty value.
        else
            await response.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_part_with_a_wrong_checksum_is_discarded()
    {
        var id = await _dj.CreateTusAsync(_file.Length);
        var part = _file[..50_000];
        using (var wrong = await _dj.PatchTusAsync(id, 0, part, ("Upload-Checksum", $"sha256 {Convert.ToBase64String(SHA256.HashData(_file))}")))
            Assert.Equal(460, (int)wrong.StatusCode);
        Assert.Equal(0, await _dj.OffsetAsync(id));
        using (var unknown = await _dj.PatchTusAsync(id, 0, part, ("Upload-Checksum", "crc32 AAAAAA==")))
            await unknown.ProblemAsync(HttpStatusCode.BadRequest);
#pragma warning disable CA5350 // The algorithm that the protocol demands.
        using (var right = await _dj.PatchTusAsync(id, 0, part, ("Upload-Checksum", $"sha1 {Convert.ToBase64String(SHA1.HashData(part))}")))
            Assert.Equal((HttpStatusCode.NoContent, 50_000), (right.StatusCode, Tus.OffsetOf(right)));
#pragma warning restore CA5350
        // The last part, which would complete the file, is also discarded.
        using (var last = await _dj.PatchTusAsync(id, 50_000, new byte[_file.Length - 50_000], ("Upload-Checksum", $"sha256 {Convert.ToBase64String(SHA256.HashData(_file[50_000..]))}")))
            Assert.Equal(460, (int)last.StatusCode);
        Assert.Equal(50_000, await _dj.OffsetAsync(id));
        Assert.Single(Uploading.FilesOfUpload(_platform, id));
        using (var last = await _dj.PatchTusAsync(id, 50_000, _file[50_000..]))
            Assert.Equal(HttpStatusCode.NoContent, last.StatusCode);
        await HasContentAsync(id);
    }

    [Fact]
    public async Task An_incomplete_part_with_a_checksum_is_discarded()
    {
        var id = await _dj.CreateTusAsync(_file.Length);
        var checksum = ("Upload-Checksum", $"sha256 {Convert.ToBase64String(SHA256.HashData(_file))}");
        using (await TusConnection.PatchAsync(_platform, _dj, id, 0, _file.Length, _file[..150_000], checksum))
            await Eventually.That(() => Incoming().Any(file => file.Length > 0), Uploading.Deadline, "some of it is on the disk");
        using (var rest = await _dj.PatchTusAsync(id, 0, _file))
            Assert.Equal(HttpStatusCode.NoContent, rest.StatusCode);
        await HasContentAsync(id);
    }

    [Fact]
    public async Task Only_one_of_two_concurrent_copies_of_a_part_is_kept()
    {
        var id = await _dj.CreateTusAsync(_file.Length);
        var parts = await Task.WhenAll(_dj.PatchTusAsync(id, 0, _file[..100_000]), _dj.PatchTusAsync(id, 0, _file[..100_000]));
        Assert.Contains(HttpStatusCode.NoContent, parts.Select(part => part.StatusCode));
        Assert.Equal(100_000, await _dj.OffsetAsync(id));
        // The same for the last part: the other request does not overwrite the accepted file, whatever it contains.
        var other = (byte[])_file.Clone();
        other.AsSpan(_file.Length - 2000).Fill(0x55);
        var lasts = await Task.WhenAll(_dj.PatchTusAsync(id, 100_000, _file[100_000..]), _dj.PatchTusAsync(id, 100_000, other[100_000..]));
        Assert.Contains(HttpStatusCode.NoContent, lasts.Select(part => part.StatusCode));
        await _dj.UntilReadyAsync(id);
        var accepted = lasts[0].StatusCode == HttpStatusCode.NoContent ? _file : other;
        Assert.Equal(SHA256.HashData(accepted), SHA256.HashData(await _dj.Client.GetByteArrayAsync(new Uri(Uploading.PathOf(id, "/original.mp3"), UriKind.Relative))));
        await Eventually.That(
            () => Uploading.FilesOfUpload(_platform, id).Count(path => path.Contains("original", StringComparison.Ordinal) || path.Contains("parts", StringComparison.Ordinal)) == 1,
            Uploading.Deadline, "the bytes of the other request are deleted");
        foreach (var response in parts.Concat(lasts))
            response.Dispose();
    }

    [Fact]
    public async Task A_terminated_upload_is_not_found()
    {
        var id = await _dj.CreateTusAsync(_file.Length);
        (await _dj.PatchTusAsync(id, 0, _file[..50_000])).Dispose();
        using var stranger = await Dj.RegisterAsync(_platform);
        foreach (var method in new[] { HttpMethod.Head, HttpMethod.Delete })
        {
            using var refused = await stranger.TusAsync(method, $"{Tus.Path}/{id}");
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }
        using (var refused = await stranger.PatchTusAsync(id, 50_000, _file[50_000..]))
            await refused.ProblemAsync(HttpStatusCode.Forbidden);
        using var ended = await _dj.TusAsync(HttpMethod.Delete, $"{Tus.Path}/{id}");
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Null(await _dj.OffsetAsync(id));
        using (var late = await _dj.PatchTusAsync(id, 50_000, _file[50_000..]))
            await late.ProblemAsync(HttpStatusCode.NotFound);
        await Eventually.That(() => Uploading.FilesOfUpload(_platform, id).Length == 0, Uploading.Deadline, "its parts are deleted");
    }

    [Fact]
    public async Task A_part_in_transit_while_its_upload_is_terminated_leaves_nothing()
    {
        var id = await _dj.CreateTusAsync(_file.Length);
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var content = new GeneratedContent(_file[..100_000], _file[100_000..], _file.Length, before: (sent, _) =>
        {
            if (sent == 0)
                return Task.CompletedTask;
            reached.TrySetResult();
            return go.Task;
        });
        var sending = _dj.TusAsync(HttpMethod.Patch, $"{Tus.Path}/{id}", content, headers: ("Upload-Offset", "0"));
        await reached.Task;
        // The server has looked up the upload and is waiting for bytes.
        await Eventually.That(() => Incoming().Any(), Uploading.Deadline, "the part is being received");
        (await _dj.TusAsync(HttpMethod.Delete, $"{Tus.Path}/{id}")).Dispose();
        go.SetResult();
        using var response = await sending;
        await response.ProblemAsync(HttpStatusCode.NotFound);
        await Eventually.That(() => Uploading.FilesOfUpload(_platform, id).Length == 0, Uploading.Deadline, "nothing of the upload is left");
    }

    [Fact]
    public async Task Clients_that_cannot_send_PATCH_or_DELETE_can_override_the_method_in_a_header()
    {
        var id = await _dj.CreateTusAsync(_file.Length);
        using (var part = await _dj.TusAsync(
            HttpMethod.Post, $"{Tus.Path}/{id}", new ByteArrayContent(_file[..1000]), headers: [("Upload-Offset", "0"), ("X-HTTP-Method-Override", "PATCH")]))
        {
            Assert.Equal((HttpStatusCode.NoContent, 1000), (part.StatusCode, Tus.OffsetOf(part)));
        }
        using (var ended = await _dj.TusAsync(HttpMethod.Post, $"{Tus.Path}/{id}", headers: ("X-HTTP-Method-Override", "DELETE")))
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        Assert.Null(await _dj.OffsetAsync(id));
    }

    [Fact]
    public async Task A_file_that_is_not_audio_is_refused_with_its_last_part_and_deleted()
    {
        var id = await _dj.CreateTusAsync(20_000);
        using (var first = await _dj.PatchTusAsync(id, 0, new byte[10_000]))
            Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        using (var last = await _dj.PatchTusAsync(id, 10_000, new byte[10_000]))
            Assert.Equal("not_audio", (string)(await last.ProblemAsync(HttpStatusCode.UnprocessableEntity))["reason"]!);
        Assert.Null(await _dj.OffsetAsync(id));
        await Eventually.That(() => Uploading.FilesOfUpload(_platform, id).Length == 0, Uploading.Deadline, "nothing is kept");
    }

    private async Task HasContentAsync(Guid id) => Assert.Equal(
        Convert.ToHexString(SHA256.HashData(_file)),
        Convert.ToHexString(SHA256.HashData(await _dj.Client.GetByteArrayAsync(new Uri(Uploading.PathOf(id, "/original.mp3"), UriKind.Relative)))));

    /// <summary>The files that are being written to the store.</summary>
    private IEnumerable<FileInfo> Incoming() => new DirectoryInfo(Path.Combine(_platform.DataFolder, "objects", ObjectKey.Incoming)).EnumerateFiles();
}
