using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

public sealed class UploadMediaTests
{
    private static readonly Lazy<Task<Guid>> Covered = new(async () => await (await SharedPlatform.GetAsync()).Dj.AddReadyUploadAsync(await AudioFiles.WithCoverAsync()));

    [Theory]
    [InlineData("bytes=0-99", 206, 0, 100)]
    [InlineData("bytes=1000-", 206, 1000, -1)]
    [InlineData("bytes=-500", 206, -500, 500)]
    [InlineData("bytes=5-5", 206, 5, 1)]
    [InlineData("bytes=0-1,5-6", 200, 0, -1)]
    [InlineData("frames=0-1", 200, 0, -1)]
    [InlineData("bytes=999999999-", 416, 0, 0)]
    public async Task The_original_is_sent_in_ranges(string range, int status, int offset, int length)
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        var file = await File.ReadAllBytesAsync(await AudioFiles.WithCoverAsync());
        using var response = await SendAsync(dj, HttpMethod.Get, "/original.mp3", ("Range", range));
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("bytes", response.Headers.AcceptRanges.Single());
        var from = offset < 0 ? file.Length + offset : offset;
        if (status == 416)
        {
            Assert.Equal($"bytes */{file.Length}", response.Content.Headers.ContentRange!.ToString());
            return;
        }
        var expected = length < 0 ? file[from..] : file[from..(from + length)];
        Assert.Equal(expected, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal("audio/mpeg", response.Content.Headers.ContentType!.MediaType);
        if (status == 206)
            Assert.Equal($"bytes {from}-{from + expected.Length - 1}/{file.Length}", response.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task HEAD_ETag_and_conditional_requests_are_consistent()
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        var length = new FileInfo(await AudioFiles.WithCoverAsync()).Length;
        using var head = await SendAsync(dj, HttpMethod.Head, "/original.mp3");
        Assert.Equal((HttpStatusCode.OK, length), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        var etag = head.Headers.ETag!.ToString();
        Assert.False(head.Headers.ETag.IsWeak);
        Assert.True(head.Headers.CacheControl is { Private: true, Public: false });
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            using var same = await SendAsync(dj, method, "/original.mp3", ("If-None-Match", etag));
            Assert.Equal((HttpStatusCode.NotModified, etag), (same.StatusCode, same.Headers.ETag!.ToString()));
            Assert.Empty(await same.Content.ReadAsByteArrayAsync());
        }
        using var other = await SendAsync(dj, HttpMethod.Get, "/original.mp3", ("If-None-Match", "\"another\""));
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        using var part = await SendAsync(dj, HttpMethod.Get, "/original.mp3", ("Range", "bytes=0-9"), ("If-Range", etag));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        using var whole = await SendAsync(dj, HttpMethod.Get, "/original.mp3", ("Range", "bytes=0-9"), ("If-Range", "\"another\""));
        Assert.Equal((HttpStatusCode.OK, length), (whole.StatusCode, whole.Content.Headers.ContentLength));
    }

    [Fact]
    public async Task The_cover_and_the_waveform_are_available()
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        using var art = await SendAsync(dj, HttpMethod.Get, "/art");
        Assert.Equal("image/png", art.Content.Headers.ContentType!.MediaType);
        Assert.Equal([0x89, .. "PNG"u8], (await art.Content.ReadAsByteArrayAsync())[..4]);
        var id = await Covered.Value;
        await Eventually.That(async () => (await dj.GetAsync(Uploading.PathOf(id)))["waveform_url"] is not null, Uploading.Deadline, "the waveform is ready");
        var waveform = await dj.GetAsync(Uploading.PathOf(id, "/waveform.json"));
        Assert.Equal((2, 1, 8), ((int)waveform["version"]!, (int)waveform["channels"]!, (int)waveform["bits"]!));
        var data = waveform["data"]!.AsArray().Select(value => (int)value!).ToList();
        Assert.Equal(2 * (int)waveform["length"]!, data.Count);
        Assert.All(data, value => Assert.InRange(value, -128, 127));
        Assert.InRange((int)waveform["length"]! * (double)waveform["samples_per_pixel"]! / (double)waveform["sample_rate"]!, 7.9, 8.3);

        var bare = await dj.AddReadyUploadAsync(await Tone.Mp3Async(seconds: 2));
        using var none = await dj.Client.GetAsync(new Uri(Uploading.PathOf(bare, "/art"), UriKind.Relative));
        await none.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("?renditions=64,128&target_lufs=-16", 3)]
    public async Task Ffmpeg_plays_HLS_with_a_token_in_the_URL(string query, int streams)
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddReadyUploadAsync(await Tone.NoiseMp3Async(seconds: 20), query);
        using var made = await shared.Dj.Client.PostAsJsonAsync(Uploading.PathOf(id, "/media-token"), new { expires_in = 600 });
        var token = await made.JsonAsync(HttpStatusCode.Created);
        var address = new Uri(shared.Platform.Url, (string)token["hls_manifest_url"]!);
        var played = await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "warning", "-xerror", "-i", address.ToString(), "-map", "0:a:0", "-f", "s16le", "-c:a", "pcm_s16le", "-ac", "2", "-ar", "44100", "pipe:1"),
            TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.InRange(played.Output.Length / 4 / 44100.0, 19.9, 20.2);
        var probed = await ProcessRunner.RunAsync(
            new ProcessCommand("ffprobe", "-hide_banner", "-loglevel", "error", "-show_streams", "-of", "json", "-i", address.ToString()), TimeSpan.FromMinutes(1), TimeProvider.System);
        // ffprobe lists a stream twice: by itself and in its programme.
        Assert.Equal(streams, JsonNode.Parse(probed.Text)!["streams"]!.AsArray().Count);

        using var manifest = await shared.Platform.Client.GetAsync(address);
        Assert.Equal("application/vnd.apple.mpegurl", manifest.Content.Headers.ContentType!.MediaType);
        Assert.True(manifest.Headers.CacheControl!.NoStore);
        using var mp3 = await shared.Platform.Client.GetAsync(new Uri(shared.Platform.Url, (string)token["storage_url"]!));
        Assert.Equal(HttpStatusCode.OK, mp3.StatusCode);
        // The token is not valid for anything else.
        var (start, end) = (address.Query, await shared.Dj.AddReadyUploadAsync(await Tone.Mp3Async(seconds: 2)));
        using var refused = await shared.Platform.Client.GetAsync(new Uri(shared.Platform.Url, Uploading.PathOf(end, "/original.mp3") + start));
        Assert.True(refused.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Segments_are_transport_streams_that_can_be_cached_for_long_and_other_files_are_not_found()
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        var text = await (await SendAsync(dj, HttpMethod.Get, "/hls/manifest.m3u8")).Content.ReadAsStringAsync();
        Assert.StartsWith("#EXTM3U", text, StringComparison.Ordinal);
        Assert.Contains("#EXT-X-PLAYLIST-TYPE:VOD", text, StringComparison.Ordinal);
        Assert.EndsWith("#EXT-X-ENDLIST\n", text, StringComparison.Ordinal);
        var name = text.Split('\n').First(line => line.EndsWith(".ts", StringComparison.Ordinal));
        using var segment = await SendAsync(dj, HttpMethod.Get, $"/hls/{name}");
        Assert.Equal("video/mp2t", segment.Content.Headers.ContentType!.MediaType);
        Assert.True(segment.Headers.CacheControl!.MaxAge > TimeSpan.FromDays(1));
        Assert.Equal(0, (await segment.Content.ReadAsByteArrayAsync()).Length % 188);
        foreach (var file in new[] { "source-99999.ts", "other.m3u8", "..%2foriginal.mp3", "original.mp3", "%2e%2e%2fart", "source-00000.ts%00" })
        {
            using var missing = await SendAsync(dj, HttpMethod.Get, $"/hls/{file}");
            Assert.True(missing.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest, $"{file}: {missing.StatusCode}");
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(Dj dj, HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, Uploading.PathOf(await Covered.Value, path));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await dj.Client.SendAsync(request);
    }
}
