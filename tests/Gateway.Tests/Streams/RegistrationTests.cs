using System.Net;
using System.Net.Http.Json;
using System.Text;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Streams;

public sealed class RegistrationTests
{
    private const string AudioHead = "HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n";

    [Fact]
    public async Task A_source_is_registered_and_live_at_once()
    {
        var shared = await SharedPlatform.GetAsync();
        using var answer = await shared.Dj.Client.PostAsJsonAsync("/v1/streams", new { name = "Radio Ö", shoutcast_url = shared.Icecast.Url, mount = "/live", genre = "Jazz" });
        var stream = await answer.JsonAsync(HttpStatusCode.Created);
        Assert.Equal("registered", (string)stream["status"]!);
        var id = (Guid)stream["stream_id"]!;
        Assert.Equal($"/v1/streams/{id}", answer.Headers.Location!.ToString());
        Assert.Equal(7, id.Version);

        await shared.Dj.UntilAsync(id, "live", TimeSpan.FromSeconds(10));
        var status = await shared.Dj.StatusAsync(id);
        Assert.Equal("128kbps", (string)status["bitrate"]!);
        Assert.Equal("mp3", (string)status["codec"]!);
        Assert.True((bool)status["relay_connected"]!);
        Assert.Matches(@"^\d+h \d+m$", (string)status["uptime"]!);
    }

    [Fact]
    public async Task A_SHOUTcast_1_source_that_responds_with_ICY_is_registered()
    {
        var shared = await SharedPlatform.GetAsync();
        var audio = await File.ReadAllBytesAsync(await Tone.Mp3Async());
        await using var source = ScriptedSource.Start(async connection =>
        {
            if (connection.Request.StartsWith("GET /7.html", StringComparison.Ordinal))
                await connection.SendAsync("HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<html><body>5,1,9,100,5,128,Duo - One, Two</body></html>");
            if (connection.IsStatusPage)
                return;
            await connection.SendAsync("ICY 200 OK\r\nicy-name:Old\r\nicy-br:128\r\n\r\n");
            await connection.SendForEverAsync(audio, 16_000);
        });
        var id = await shared.Dj.AddStreamAsync(source.Url, "/");
        await shared.Dj.UntilAsync(id, "live", TimeSpan.FromSeconds(10));
        await DeleteAsync(shared, id);
    }

    [Fact]
    public async Task The_stream_key_is_sent_if_the_source_requires_it_and_is_never_returned()
    {
        var shared = await SharedPlatform.GetAsync();
        var audio = await File.ReadAllBytesAsync(await Tone.Mp3Async());
        await using var source = ScriptedSource.Start(async connection =>
        {
            var expected = Convert.ToBase64String("dj:s3cret"u8);
            if (!connection.Request.Contains($"Authorization: Basic {expected}", StringComparison.OrdinalIgnoreCase))
            {
                await connection.SendAsync("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                return;
            }
            await connection.SendAsync(AudioHead);
            await connection.SendForEverAsync(audio, 16_000);
        });
        await RefusedAsync(shared, source.Url, "unauthorized");
        var id = await shared.Dj.AddStreamAsync(source.Url, "/", more: new { stream_key = "dj:s3cret" });
        var text = await shared.Dj.Client.GetStringAsync($"/v1/streams/{id}");
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("stream_key", text, StringComparison.Ordinal);
        await DeleteAsync(shared, id);
    }

    [Fact]
    public async Task An_Icecast_mount_with_a_password_is_relayed_only_with_the_right_key()
    {
        var shared = await SharedPlatform.GetAsync();
        await using var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/private", await Tone.Mp3Async());
        await RefusedAsync(shared, icecast.Mount("/private"), "unauthorized");
        var id = await shared.Dj.AddStreamAsync(icecast.Url, "/private", more: new { stream_key = "listener:secret" });
        await shared.Dj.UntilAsync(id, "live", TimeSpan.FromSeconds(10));
        await DeleteAsync(shared, id);
    }

    [Fact]
    public async Task An_unreachable_source_is_refused() =>
        await RefusedAsync(await SharedPlatform.GetAsync(), new Uri($"http://127.0.0.1:{FreePort.Next()}"), "unreachable");

    [Fact]
    public async Task An_unknown_host_name_is_refused() =>
        await RefusedAsync(await SharedPlatform.GetAsync(), new Uri("http://no-such-host.invalid"), "unreachable");

    [Fact]
    public async Task A_redirect_loop_is_refused()
    {
        await using var source = ScriptedSource.Start(connection => connection.SendAsync("HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        await RefusedAsync(await SharedPlatform.GetAsync(), source.Url, "redirect_loop");
    }

    [Theory]
    [InlineData("Content-Type: text/html\r\n", "<html>Welcome</html>", "not_audio")]
    [InlineData("Content-Type: audio/mpeg\r\n", "<!doctype html><title>Welcome</title>", "not_audio")]
    [InlineData("Content-Type: audio/x-mpegurl\r\n", "#EXTM3U\n#EXT-X-TARGETDURATION:6\n1.ts\n", "not_audio")]
    [InlineData("Content-Type: application/ogg\r\n", "OggS", "unsupported_codec")]
    [InlineData("", "OggS and more", "unsupported_codec")]
    public async Task A_source_that_is_neither_MP3_nor_AAC_is_refused(string headers, string body, string reason)
    {
        await using var source = ScriptedSource.Sending($"HTTP/1.0 200 OK\r\n{headers}\r\n", Encoding.ASCII.GetBytes(body));
        await RefusedAsync(await SharedPlatform.GetAsync(), source.Url, reason);
    }

    [Fact]
    public async Task Random_bytes_are_refused()
    {
        var noise = new byte[400_000];
        new Random(7).NextBytes(noise);
        await using var source = ScriptedSource.Sending(AudioHead, noise);
        await RefusedAsync(await SharedPlatform.GetAsync(), source.Url, "not_audio");
    }

    [Fact]
    public async Task A_source_that_sends_nothing_is_refused()
    {
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync(AudioHead);
            await connection.BeSilentAsync();
        });
        await RefusedAsync(await SharedPlatform.GetAsync(), source.Url, "silent");
    }

    [Fact]
    public async Task A_source_that_sends_too_slowly_is_refused()
    {
        var audio = await File.ReadAllBytesAsync(await Tone.Mp3Async());
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync(AudioHead);
            await connection.SendForEverAsync(audio, 100);
        });
        await RefusedAsync(await SharedPlatform.GetAsync(), source.Url, "too_slow");
    }

    [Fact]
    public async Task Endless_headers_are_refused()
    {
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync("HTTP/1.0 200 OK\r\n");
            while (true)
                await connection.SendAsync($"X-More: {new string('x', 1000)}\r\n");
        });
        await RefusedAsync(await SharedPlatform.GetAsync(), source.Url, "bad_answer");
    }

    [Fact]
    public async Task A_server_that_never_responds_is_refused()
    {
        await using var source = ScriptedSource.Start(connection => connection.BeSilentAsync());
        await RefusedAsync(await SharedPlatform.GetAsync(), source.Url, "unreachable");
    }

    [Fact]
    public async Task A_source_that_announces_metadata_but_sends_none_is_still_relayed()
    {
        var shared = await SharedPlatform.GetAsync();
        var audio = await File.ReadAllBytesAsync(await Tone.Mp3Async());
        await using var source = ScriptedSource.Start(async connection =>
        {
            // The source announces metadata to clients that request it, but sends only audio.
            var announcement = connection.Request.Contains("Icy-MetaData", StringComparison.OrdinalIgnoreCase) ? "icy-metaint: 1000\r\n" : "";
            await connection.SendAsync($"HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n{announcement}\r\n");
            await connection.SendForEverAsync(audio, 16_000);
        });
        var id = await shared.Dj.AddStreamAsync(source.Url, "/");
        await Eventually.That(
            async () => (await shared.Dj.GetAsync($"/v1/streams/{id}/timeline"))["items"]!.AsArray().Any(entry => ((string?)entry!["reason"])?.Contains("metadata", StringComparison.Ordinal) == true)
                && (string)(await shared.Dj.StatusAsync(id))["state"]! == "live",
            TimeSpan.FromSeconds(20), "the missing metadata is detected and the stream continues without it");
        await DeleteAsync(shared, id);
    }

    [Theory]
    [InlineData("ftp://example.org/", null, "shoutcast_url")]
    [InlineData("file:///etc/passwd", null, "shoutcast_url")]
    [InlineData("concat:http://a|http://b", null, "shoutcast_url")]
    [InlineData("http://user:pw@example.org/", null, "shoutcast_url")]
    [InlineData("not a url", null, "shoutcast_url")]
    [InlineData("", null, "shoutcast_url")]
    [InlineData("http://example.org/", "no-slash", "mount")]
    [InlineData("http://example.org/other", "/live", "mount")]
    [InlineData("http://example.org/", "/a b", "mount")]
    public async Task An_invalid_address_is_named(string url, string? mount, string field)
    {
        var shared = await SharedPlatform.GetAsync();
        using var refused = await shared.Dj.Client.PostAsJsonAsync("/v1/streams", new { name = "x", shoutcast_url = url, mount });
        Assert.NotNull((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]![field]);
    }

    [Theory]
    [InlineData("""{"name": 5, "shoutcast_url": "http://example.org"}""", "name")]
    [InlineData("""{"name": "x", "shoutcast_url": "http://example.org", "visibility": "secret"}""", "visibility")]
    [InlineData("""{"name": "x", """, "body")]
    [InlineData("[]", "body")]
    public async Task The_field_with_malformed_JSON_is_named(string json, string field)
    {
        var shared = await SharedPlatform.GetAsync();
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var refused = await shared.Dj.Client.PostAsync(new Uri("/v1/streams", UriKind.Relative), content);
        var errors = (await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject();
        Assert.Contains(errors, error => error.Key.StartsWith(field, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_token_nothing_is_registered()
    {
        var shared = await SharedPlatform.GetAsync();
        using var refused = await shared.Platform.Client.PostAsJsonAsync("/v1/streams", new { name = "x", shoutcast_url = "http://example.org" });
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    internal static async Task RefusedAsync(SharedPlatform shared, Uri source, string reason)
    {
        using var refused = await shared.Dj.Client.PostAsJsonAsync("/v1/streams", new { name = "x", shoutcast_url = source });
        var problem = await refused.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal(reason, (string)problem["reason"]!);
    }

    private static async Task DeleteAsync(SharedPlatform shared, Guid id)
    {
        using var deleted = await shared.Dj.Client.DeleteAsync(new Uri($"/v1/streams/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }
}
