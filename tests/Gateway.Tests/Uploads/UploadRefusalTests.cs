using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

public sealed class UploadRefusalTests
{
    [Fact]
    public async Task A_request_that_is_not_a_form_with_audio_is_refused()
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        var mp3 = await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 2));
        using var bare = new ByteArrayContent(mp3);
        bare.Headers.ContentType = new("audio/mpeg");
        using var noForm = await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), bare);
        Assert.Contains("multipart/form-data", (string)(await noForm.ProblemAsync(HttpStatusCode.UnsupportedMediaType))["error"]!, StringComparison.Ordinal);
        foreach (var mistake in new[] { "text/html; charset=utf-8", "image/png" })
        {
            using var page = await dj.Client.UploadAsync(mp3, "song.mp3", mistake);
            await page.ProblemAsync(HttpStatusCode.UnsupportedMediaType);
        }
        foreach (var odd in new[] { "text/plain", "application/mp3", "application/x-mpeg" })
        {
            using var taken = await dj.Client.UploadAsync(mp3, "song.mp3", odd);
            await taken.JsonAsync(HttpStatusCode.Created);
        }
        using var otherField = Uploading.Form(new ByteArrayContent(mp3), field: "audio");
        using var missing = await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), otherField);
        await missing.ProblemAsync(HttpStatusCode.BadRequest);
        using var noBoundary = new StringContent("--x\r\n");
        noBoundary.Headers.ContentType = new("multipart/form-data");
        using var unbound = await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), noBoundary);
        await unbound.ProblemAsync(HttpStatusCode.BadRequest);
        using var untyped = await dj.Client.UploadAsync(mp3, type: null);
        await untyped.JsonAsync(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData("filename=\"say \\\"hi\\\".mp3\"", "say \"hi\".mp3")]
    [InlineData("filename=\"say %22hi%22.mp3\"", "say \"hi\".mp3")]
    [InlineData("filename=\"AC\\DC.mp3\"", "AC\\DC.mp3")]
    [InlineData("filename=plain.mp3", "plain.mp3")]
    [InlineData("filename=\"folder/name.mp3\"", "name.mp3")]
    [InlineData("filename=\"x.mp3\"; filename*=UTF-8''na%C3%AFve%20%22x%22.mp3", "naïve \"x\".mp3")]
    public async Task A_file_keeps_its_name(string parameter, string name)
    {
        using var dj = await Dj.RegisterAsync((await SharedPlatform.GetAsync()).Platform);
        using var response = await SendAsync(dj, parameter);
        var uploadId = (Guid)(await response.JsonAsync(HttpStatusCode.Created))["upload_id"]!;
        Assert.Equal(name, (string)(await dj.GetAsync(Uploading.PathOf(uploadId)))["file_name"]!);
    }

    [Fact]
    public async Task A_file_name_that_cannot_be_parsed_is_reported()
    {
        using var dj = await Dj.RegisterAsync((await SharedPlatform.GetAsync()).Platform);
        using var response = await SendAsync(dj, "filename=\"say \"hi\".mp3\"");
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Contains("quote inside a name", problem["errors"]!["file"]!.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>Sends a raw form with an empty parameter after its content types.</summary>
    private static async Task<HttpResponseMessage> SendAsync(Dj dj, string parameter)
    {
        byte[] body =
        [
            .. System.Text.Encoding.UTF8.GetBytes($"--line\r\nContent-Disposition: form-data; name=\"file\"; {parameter}\r\nContent-Type: audio/mpeg;\r\n\r\n"),
            .. await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 2)), .. "\r\n--line--\r\n"u8,
        ];
        using var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=line;");
        return await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), content);
    }

    public static TheoryData<string, string> InvalidContent => new()
    {
        { "empty", "empty" }, { "random", "not_audio" }, { "page", "not_audio" }, { "playlist", "not_audio" }, { "concat", "not_audio" },
        { "archive", "not_audio" }, { "video", "not_audio" }, { "tags", "tags_too_large" }, { "zeros", "not_audio" }, { "tag-and-nothing", "not_audio" },
    };

    [Theory]
    [MemberData(nameof(InvalidContent))]
    public async Task Content_that_is_not_audio_is_refused_whatever_its_name(string what, string reason)
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var owner = await dj.IdAsync();
        using var response = await dj.Client.UploadAsync(await MakeAsync(what));
        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(reason, (string)problem["reason"]!);
        Assert.EndsWith(".", (string)problem["error"]!, StringComparison.Ordinal);
        await Eventually.That(() => Uploading.FilesOf(platform, owner).Length == 0, Uploading.Deadline, "nothing is kept");
        Assert.Empty((await dj.GetAsync("/v1/uploads/audio"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_truncated_form_is_refused_with_a_400()
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        using var cut = new StringContent("--line\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\nhalf of");
        cut.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=line");
        using var response = await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), cut);
        await response.ProblemAsync(HttpStatusCode.BadRequest);
        // Truncated within the file, so the platform cannot know whether it is complete.
        var mp3 = await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 2));
        using var half = new ByteArrayContent([.. "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\n"u8, .. mp3]);
        half.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=line");
        using var refused = await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), half);
        await refused.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_form_must_have_one_file_and_can_have_other_fields_after_it()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var mp3 = await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 2));
        using var two = Uploading.Form(new ByteArrayContent(mp3));
        two.Add(new ByteArrayContent(mp3), "file", "other.mp3");
        using var refused = await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), two);
        Assert.Contains("one file", (await refused.ProblemAsync(HttpStatusCode.BadRequest)).ToJsonString(), StringComparison.Ordinal);
        Assert.Empty((await dj.GetAsync("/v1/uploads/audio"))["items"]!.AsArray());
        using var withMore = Uploading.Form(new ByteArrayContent(mp3));
        withMore.Add(new StringContent("A title"), "title");
        using var taken = await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), withMore);
        await taken.JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Fields_before_the_file_must_be_small()
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        var content = new GeneratedContent(Encoding.ASCII.GetBytes("--line\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n"), new byte[16 * 1024], 300_000);
        content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse("multipart/form-data; boundary=line");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/uploads/audio") { Content = content };
        using var response = await dj.Client.SendAsync(request);
        Assert.Contains("before the file", (await response.ProblemAsync(HttpStatusCode.BadRequest)).ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task<byte[]> MakeAsync(string what)
    {
        var mp3 = await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 2));
        switch (what)
        {
            case "empty":
                return [];
            case "random":
                // Not really random: bytes in which no frame can begin.
                return [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7919 % 251))];
            case "zeros":
                return new byte[300_000];
            case "page":
                return [.. "<!DOCTYPE html><html><body>"u8, .. mp3];
            case "playlist":
                return Encoding.ASCII.GetBytes("#EXTM3U\n#EXTINF:6,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n");
            case "concat":
                return Encoding.ASCII.GetBytes("ffconcat version 1.0\nfile '/etc/passwd'\n");
            case "archive":
                return Zip(mp3);
            case "video":
                return await File.ReadAllBytesAsync(await AudioFiles.MakeAsync("video.avi", "-f", "lavfi", "-i", "testsrc=duration=2:size=64x64", "-f", "lavfi", "-i", "sine=duration=2", "-c:v", "mjpeg", "-c:a", "libmp3lame"));
            case "tags":
                return [.. Id3(21 * 1024 * 1024), .. mp3];
            case "tag-and-nothing":
                return [.. Id3(300 * 1024), .. new byte[100_000]];
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, null);
        }
    }

    private static byte[] Zip(byte[] mp3)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create))
        using (var entry = archive.CreateEntry("song.mp3", CompressionLevel.NoCompression).Open())
            entry.Write(mp3);
        return bytes.ToArray();
    }

    /// <summary>A tag with a private frame that fills it.</summary>
    private static byte[] Id3(int length)
    {
        var tag = new byte[length + 10];
        "ID3\u0004\0\0"u8.CopyTo(tag);
        for (var i = 0; i < 4; i++)
            tag[6 + i] = (byte)((length >> (21 - (7 * i))) & 0x7F);
        RandomNumberGenerator.Fill(tag.AsSpan(200, 1000));
        return tag;
    }
}
