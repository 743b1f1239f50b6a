using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

public sealed class UploadTests
{
    [Fact]
    public async Task An_upload_returns_its_URLs_and_becomes_ready()
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        var file = await File.ReadAllBytesAsync(await AudioFiles.WithCoverAsync());
        using var response = await dj.Client.UploadAsync(file, "mine/Söng one.mp3");
        var created = await response.JsonAsync(HttpStatusCode.Created);
        var id = (Guid)created["upload_id"]!;
        Assert.Equal(Uploading.PathOf(id), response.Headers.Location!.ToString());
        Assert.Equal(
            (Uploading.PathOf(id, "/original.mp3"), Uploading.PathOf(id, "/hls/manifest.m3u8"), "processing"),
            ((string)created["storage_url"]!, (string)created["hls_manifest_url"]!, (string)created["status"]!));

        var ready = await dj.UntilReadyAsync(id);
        Assert.Equal((100, "mp3", file.Length, "A title", "An artist", "An album", "128kbps"), (
            (int)ready["progress"]!, (string)ready["format"]!, (int)ready["size_bytes"]!, (string)ready["title"]!, (string)ready["artist"]!, (string)ready["album"]!, (string)ready["bitrate"]!));
        Assert.InRange((double)ready["duration_seconds"]!, 8, 8.1);
        Assert.Equal(Uploading.PathOf(id, "/art"), (string)ready["art_url"]!);
        Assert.Equal("Söng one.mp3", (string)ready["file_name"]!);
        Assert.Null(ready["error_message"]);
        Assert.Null(ready["warning"]);
        Assert.InRange((DateTimeOffset)ready["completed_at"]!, (DateTimeOffset)ready["created_at"]!, TimeProvider.System.GetUtcNow().AddMinutes(1));
        // The sine of ffmpeg at an eighth of full scale in both channels, measured according to EBU R 128.
        await Eventually.That(async () => (await dj.GetAsync(Uploading.PathOf(id)))["loudness_lufs"] is not null, Uploading.Deadline, "its loudness is measured");
        var measured = await dj.GetAsync(Uploading.PathOf(id));
        Assert.InRange((double)measured["loudness_lufs"]!, -23, -17);
        Assert.Equal(Uploading.PathOf(id, "/waveform.json"), (string)measured["waveform_url"]!);
    }

    [Fact]
    public async Task A_list_is_paged_newest_first()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var path = await Tone.Mp3Async(seconds: 2);
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
            ids.Insert(0, await dj.AddUploadAsync(path));
        var first = await dj.GetAsync("/v1/uploads/audio?limit=2");
        Assert.Equal(ids[..2], first["items"]!.AsArray().Select(item => (Guid)item!["upload_id"]!));
        var second = await dj.GetAsync($"/v1/uploads/audio?limit=2&cursor={(string)first["next_cursor"]!}");
        Assert.Equal(ids[2..], second["items"]!.AsArray().Select(item => (Guid)item!["upload_id"]!));
        Assert.Null(second["next_cursor"]);
        using var wrong = await dj.Client.GetAsync(new Uri("/v1/uploads/audio?cursor=nonsense", UriKind.Relative));
        await wrong.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Uploads_are_accessible_only_to_their_owner_and_with_the_scope()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddReadyUploadAsync(await Tone.Mp3Async(seconds: 2));
        using var stranger = await Dj.RegisterAsync(shared.Platform);
        foreach (var path in new[] { "", "/original.mp3", "/hls/manifest.m3u8", "/hls/source-00000.ts", "/waveform.json", "/art" })
        {
            using var refused = await stranger.Client.GetAsync(new Uri(Uploading.PathOf(id, path), UriKind.Relative));
            await refused.ProblemAsync(HttpStatusCode.Forbidden);
            using var nobody = await shared.Platform.Client.GetAsync(new Uri(Uploading.PathOf(id, path), UriKind.Relative));
            await nobody.ProblemAsync(HttpStatusCode.Unauthorized);
        }
        using var delete = await stranger.Client.DeleteAsync(new Uri(Uploading.PathOf(id), UriKind.Relative));
        await delete.ProblemAsync(HttpStatusCode.Forbidden);
        using var token = await stranger.Client.PostAsJsonAsync(Uploading.PathOf(id, "/media-token"), new { });
        await token.ProblemAsync(HttpStatusCode.Forbidden);

        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        using var noScope = await listener.Client.UploadAsync([1, 2, 3]);
        Assert.Equal("uploads:write", (string)(await noScope.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
        using var noList = await listener.Client.GetAsync(new Uri("/v1/uploads/audio", UriKind.Relative));
        Assert.Equal("uploads:read", (string)(await noList.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
        using var noToken = await shared.Platform.Client.UploadAsync([1, 2, 3]);
        await noToken.ProblemAsync(HttpStatusCode.Unauthorized);
        using var missing = await shared.Dj.Client.GetAsync(new Uri(Uploading.PathOf(Guid.NewGuid()), UriKind.Relative));
        await missing.ProblemAsync(HttpStatusCode.NotFound);
        using var admin = await Dj.AdminAsync(shared.Platform);
        Assert.Equal("ready", (string)(await admin.GetAsync(Uploading.PathOf(id)))["status"]!);
    }

    [Fact]
    public async Task A_deleted_upload_is_gone_and_so_are_its_files()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddReadyUploadAsync(await Tone.Mp3Async(seconds: 2));
        Assert.NotEmpty(Uploading.FilesOfUpload(shared.Platform, id));
        using var deleted = await shared.Dj.Client.DeleteAsync(new Uri(Uploading.PathOf(id), UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        foreach (var path in new[] { "", "/original.mp3", "/hls/manifest.m3u8" })
        {
            using var gone = await shared.Dj.Client.GetAsync(new Uri(Uploading.PathOf(id, path), UriKind.Relative));
            await gone.ProblemAsync(HttpStatusCode.NotFound);
        }
        await Eventually.That(() => Uploading.FilesOfUpload(shared.Platform, id).Length == 0, Uploading.Deadline, "its files are deleted");
    }

    [Fact]
    public async Task Deleting_an_upload_during_its_preparation_ends_the_work_and_leaves_nothing()
    {
        var shared = await SharedPlatform.GetAsync();
        var long_ = await AudioFiles.MakeAsync("hour.wav", "-f", "lavfi", "-i", "sine=sample_rate=8000:duration=3600", "-ac", "1");
        var id = await shared.Dj.AddUploadAsync(long_, "?renditions=64,128");
        await Eventually.That(async () => (int)(await shared.Dj.GetAsync(Uploading.PathOf(id)))["progress"]! > 0, Uploading.Deadline, "the work has begun");
        using var deleted = await shared.Dj.Client.DeleteAsync(new Uri(Uploading.PathOf(id), UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        var work = Path.Combine(shared.Platform.DataFolder, "work");
        await Eventually.That(
            () => Uploading.FilesOfUpload(shared.Platform, id).Length == 0 && !Directory.EnumerateFiles(work, "source.wav", SearchOption.AllDirectories).Any(),
            Uploading.Deadline, "nothing of the upload is left, neither in the store nor in the work folder");
    }

    [Fact]
    public async Task A_second_upload_of_the_same_bytes_names_the_first_one()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var other = await Dj.RegisterAsync(shared.Platform);
        var file = await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 2));
        using var first = await dj.Client.UploadAsync(file);
        var original = await first.JsonAsync(HttpStatusCode.Created);
        Assert.Null(original["duplicate_of"]);
        using var second = await dj.Client.UploadAsync(file);
        var again = await second.JsonAsync(HttpStatusCode.Created);
        Assert.Equal((Guid)original["upload_id"]!, (Guid)again["duplicate_of"]!);
        Assert.Equal((Guid)original["upload_id"]!, (Guid)(await dj.GetAsync(Uploading.PathOf((Guid)again["upload_id"]!)))["duplicate_of"]!);
        using var theirs = await other.Client.UploadAsync(file);
        Assert.Null((await theirs.JsonAsync(HttpStatusCode.Created))["duplicate_of"]);
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_creates_no_second_upload()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var file = await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 2));
        // The boundary is part of the length, so the same name and file result in the same length.
        using var first = await dj.Client.UploadAsync(file, key: "upload-1");
        var answer = await first.JsonAsync(HttpStatusCode.Created);
        using var second = await dj.Client.UploadAsync(file, key: "upload-1");
        Assert.Equal(answer.ToJsonString(), (await second.JsonAsync(HttpStatusCode.Created)).ToJsonString());
        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Single((await dj.GetAsync("/v1/uploads/audio"))["items"]!.AsArray());
        using var longer = await dj.Client.UploadAsync([.. file, .. file], key: "upload-1");
        await longer.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task The_key_of_a_refused_upload_can_be_used_again()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var refused = await dj.Client.UploadAsync(new byte[5000], key: "upload-2");
        await refused.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        using var taken = await dj.Client.UploadAsync(await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 2)), key: "upload-2");
        await dj.UntilReadyAsync((Guid)(await taken.JsonAsync(HttpStatusCode.Created))["upload_id"]!);
    }

    [Theory]
    [InlineData("wav", "wav")]
    [InlineData("flac", "flac")]
    [InlineData("ogg", "ogg")]
    [InlineData("opus", "ogg")]
    [InlineData("m4a", "m4a")]
    [InlineData("aac", "aac")]
    public async Task Other_formats_are_converted_and_the_original_is_kept(string extension, string format)
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        var path = await AudioFiles.ToneAsync(extension);
        var id = await dj.AddUploadAsync(path);
        var ready = await dj.UntilReadyAsync(id);
        Assert.Equal(format, (string)ready["format"]!);
        Assert.InRange((double)ready["duration_seconds"]!, 7.9, 8.2);
        var kept = await dj.Client.GetByteArrayAsync(new Uri(Uploading.PathOf(id, $"/original.{format}"), UriKind.Relative));
        Assert.Equal(SHA256.HashData(await File.ReadAllBytesAsync(path)), SHA256.HashData(kept));
        using var mp3 = await dj.Client.GetAsync(new Uri(Uploading.PathOf(id, "/original.mp3"), UriKind.Relative));
        Assert.Equal("audio/mpeg", mp3.Content.Headers.ContentType!.MediaType);
        var bytes = await mp3.Content.ReadAsByteArrayAsync();
        Assert.Equal((0xFF, 0xFB), (bytes[0], bytes[1] | 1));
        using var other = await dj.Client.GetAsync(new Uri(Uploading.PathOf(id, "/original.exe"), UriKind.Relative));
        await other.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_damaged_MP3_is_ready_with_a_warning(int kind)
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        var file = await File.ReadAllBytesAsync(await Tone.NoiseMp3Async(seconds: 10));
        // Truncated within a frame, or with stretches of noise.
        var damaged = kind == 0 ? file[..((file.Length / 3) + 100)] : (byte[])file.Clone();
        if (kind == 1)
        {
            for (var at = 20_000; at + 5000 < damaged.Length; at += 20_000)
                RandomNumberGenerator.Fill(damaged.AsSpan(at, 5000));
        }
        using var response = await dj.Client.UploadAsync(damaged);
        var upload = await dj.UntilDoneAsync((Guid)(await response.JsonAsync(HttpStatusCode.Created))["upload_id"]!);
        Assert.Equal(("ready", true), ((string)upload["status"]!, (string?)upload["warning"] is { } warning && warning.EndsWith(kind == 0 ? "cut off." : "damaged.", StringComparison.Ordinal)));
        Assert.InRange((double)upload["duration_seconds"]!, 1, 10.1);
    }

    [Fact]
    public async Task A_truncated_file_is_ready_with_a_warning_that_is_also_in_the_list()
    {
        using var dj = await Dj.RegisterAsync((await SharedPlatform.GetAsync()).Platform);
        var file = await File.ReadAllBytesAsync(await AudioFiles.ToneAsync("flac", 20));
        using var response = await dj.Client.UploadAsync(file[..(file.Length / 2)], "half.flac", "audio/flac");
        var upload = await dj.UntilReadyAsync((Guid)(await response.JsonAsync(HttpStatusCode.Created))["upload_id"]!);
        const string warning = "The file should play for 20 seconds, but plays for ";
        Assert.StartsWith(warning, (string)upload["warning"]!, StringComparison.Ordinal);
        var listed = Assert.Single((await dj.GetAsync("/v1/uploads/audio"))["items"]!.AsArray());
        Assert.StartsWith(warning, (string)listed!["warning"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_decoded_fails_with_a_message()
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        byte[] fake = [.. "fLaC"u8, .. new byte[40_000]];
        using var response = await dj.Client.UploadAsync(fake, "lie.flac", "audio/flac");
        var id = (Guid)(await response.JsonAsync(HttpStatusCode.Created))["upload_id"]!;
        var upload = await dj.UntilDoneAsync(id);
        Assert.Equal(("failed", false), ((string)upload["status"]!, upload["completed_at"] is null));
        Assert.EndsWith(".", (string)upload["error_message"]!, StringComparison.Ordinal);
        using var media = await dj.Client.GetAsync(new Uri(Uploading.PathOf(id, "/hls/manifest.m3u8"), UriKind.Relative));
        await media.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task An_aborted_upload_leaves_nothing()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var owner = await dj.IdAsync();
        var block = await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 30));
        using var stop = new CancellationTokenSource();
        var reached = new TaskCompletionSource();
        var content = new GeneratedContent(block, block, 50_000_000, before: async (sent, cancellation) =>
        {
            if (sent < 3_000_000)
                return;
            reached.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/uploads/audio") { Content = Uploading.Form(content) };
        var sending = dj.Client.SendAsync(request, stop.Token);
        await Eventually.Ends(reached.Task, Uploading.Deadline, "a part of the file is sent");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await Eventually.That(
            () => Uploading.FilesOf(shared.Platform, owner).Length == 0 && !Directory.EnumerateFiles(Path.Combine(shared.Platform.DataFolder, "objects", ObjectKey.Incoming)).Any(),
            Uploading.Deadline, "nothing of the upload is left");
        Assert.Empty((await dj.GetAsync("/v1/uploads/audio"))["items"]!.AsArray());
    }

    [Theory]
    [InlineData("?renditions=64,64", "renditions")]
    [InlineData("?renditions=31", "renditions")]
    [InlineData("?renditions=64,96,128,160,192", "renditions")]
    [InlineData("?renditions=fast", "renditions")]
    [InlineData("?target_lufs=-8", "target_lufs")]
    [InlineData("?target_lufs=loud", "target_lufs")]
    [InlineData("?target_lufs=NaN", "target_lufs")]
    public async Task Invalid_options_are_named(string query, string field)
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        using var response = await dj.Client.UploadAsync(await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 2)), query: query);
        Assert.Contains(field, ((JsonNode)await response.ProblemAsync(HttpStatusCode.BadRequest)).ToJsonString(), StringComparison.Ordinal);
    }
}
