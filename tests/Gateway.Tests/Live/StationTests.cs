using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Live;

/// <summary>Stations that change their codec, go off the air or send little metadata, and old players that listen to them.</summary>
public sealed class StationTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_change_of_codec_ends_the_response_and_the_player_is_redirected()
    {
        var shared = await SharedPlatform.GetAsync();
        await using var station = Station.Start(await Station.Sound.Mp3Async());
        var id = await AddAsync(shared.Dj, station);
        using var response = await shared.Platform.Client.GetAsync(Path(id, "live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("audio/mpeg", response.Content.Headers.ContentType!.MediaType);
        var heard = new MemoryStream();
        var listening = response.Content.CopyToAsync(heard);
        await Eventually.That(() => heard.Length > 0, Deadline, "the listener receives audio");

        station.Play(await Station.Sound.AacAsync());
        await Eventually.Ends(listening, Deadline, "the response ends");
        // Every MP3 frame of the tone begins with these two bytes, an ADTS frame with others.
        Assert.Equal(-1, heard.ToArray().AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xF1, 0x50]));
        using var again = await shared.Platform.Client.GetAsync(Path(id, "live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, again.StatusCode);
        using var aac = await shared.Platform.Client.GetAsync(again.Headers.Location, HttpCompletionOption.ResponseHeadersRead);
        var first = new byte[2];
        await (await aac.Content.ReadAsStreamAsync()).ReadExactlyAsync(first);
        Assert.Equal([0xFF, 0xF1], first);
        Assert.Equal("aac", (string?)(await shared.Dj.StatusAsync(id))["codec"]);
    }

    [Fact]
    public async Task A_station_that_goes_off_the_air_is_reported_offline_and_plays_again_when_it_returns()
    {
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Relay__OfflineAfter"] = "00:00:02", ["Relay__OfflineRetry"] = "00:00:02" });
        using var dj = await Dj.RegisterAsync(platform);
        await using var station = Station.Start(await Station.Sound.Mp3Async());
        station.Publish("/7.html", "<html><body>1,1,2,3,4,128,Last - Title</body></html>");
        var id = await AddAsync(dj, station);
        await Eventually.That(async () => (string?)(await dj.StatusAsync(id))["current_track"] == "Last - Title", Deadline, "the title of the status page is current");
        using (var playlist = await platform.Client.GetAsync(Path(id, "live.m3u8")))
            Assert.Equal(HttpStatusCode.OK, playlist.StatusCode);
        using var stays = await platform.Client.GetAsync(Path(id, "live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        var body = await stays.Content.ReadAsStreamAsync();

        station.Play(null);
        await dj.UntilAsync(id, "offline", Deadline);
        foreach (var file in new[] { "live.m3u8", "live.mp3", "live.aac" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                using var request = new HttpRequestMessage(method, Path(id, file));
                using var off = await platform.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                Assert.Equal((HttpStatusCode.ServiceUnavailable, true), (off.StatusCode, off.Headers.RetryAfter is { Delta.TotalSeconds: > 0 }));
            }
        }
        Assert.Null((string?)(await dj.StatusAsync(id))["current_track"]);

        // The station sends different audio after the silence.
        var aac = await Station.Sound.Mp3Async();
        station.Play(aac);
        await dj.UntilAsync(id, "live", Deadline);
        await Eventually.That(async () => (string?)(await dj.StatusAsync(id))["current_track"] == "Last - Title", Deadline, "the title is current again");
        using (var playlist = await platform.Client.GetAsync(Path(id, "live.m3u8")))
            Assert.Equal(HttpStatusCode.OK, playlist.StatusCode);
        var more = new byte[16_000 * 30];
        await Eventually.Ends(body.ReadExactlyAsync(more).AsTask(), TimeSpan.FromSeconds(60), "the connected listener receives audio again");
    }

    [Theory]
    [InlineData("HTTP/1.1", "close", false)]
    [InlineData("HTTP/1.1", "keep-alive, Close", false)]
    [InlineData("HTTP/1.1", "keep-alive", true)]
    [InlineData("HTTP/1.0", "close", false)]
    [InlineData("HTTP/1.0", "keep-alive", false)]
    public async Task Audio_is_not_chunked_for_clients_that_cannot_read_chunks(string version, string connection, bool chunked)
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        await shared.Dj.UntilAsync(id, "live", Deadline);
        var (head, audio) = await ListenAsync(shared.Platform.Port, $"GET /v1/streams/{id}/live.mp3 {version}\r\nHost: x\r\nConnection: {connection}\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 200 OK", head, StringComparison.Ordinal);
        Assert.Equal(chunked, head.Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(!chunked, head.Contains("Connection: close", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("Content-Length", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(chunked, audio[0] != 0xFF);
    }

    [Fact]
    public async Task Audio_is_never_chunked_if_the_operator_configures_it_so()
    {
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Live__CloseDelimited"] = "true" });
        using var dj = await Dj.RegisterAsync(platform);
        await using var station = Station.Start(await Station.Sound.Mp3Async());
        var id = await AddAsync(dj, station);
        var (head, audio) = await ListenAsync(platform.Port, $"GET /v1/streams/{id}/live.mp3 HTTP/1.1\r\nHost: x\r\n\r\n");
        Assert.DoesNotContain("chunked", head, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(0xFF, audio[0]);
    }

    [Fact]
    public async Task Old_players_can_tune_in_with_playlist_files()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", "Böse Station", new { description = "Two\nlines", genre = "Jazz" });
        await shared.Dj.UntilAsync(id, "live", Deadline);
        var url = new Uri(shared.Platform.Url, Path(id, "live.mp3"));
        using (var m3u = await shared.Platform.Client.GetAsync(Path(id, "live.m3u")))
        {
            Assert.Equal("audio/x-mpegurl", m3u.Content.Headers.ContentType!.MediaType);
            Assert.Equal($"#EXTM3U\n#EXTINF:-1,Böse Station\n{url}\n", Encoding.UTF8.GetString(await m3u.Content.ReadAsByteArrayAsync()));
        }
        // The URL in the file needs the same token as the file.
        Assert.Contains($"File1={url}?token=x\n", await shared.Platform.Client.GetStringAsync(Path(id, "live.pls?token=x")), StringComparison.Ordinal);
        using (var pls = await shared.Platform.Client.GetAsync(Path(id, "live.pls")))
        {
            Assert.Equal("audio/x-scpls", pls.Content.Headers.ContentType!.MediaType);
            Assert.Equal($"[playlist]\nNumberOfEntries=1\nFile1={url}\nTitle1=Böse Station\nLength1=-1\nVersion=2\n", Encoding.UTF8.GetString(await pls.Content.ReadAsByteArrayAsync()));
        }
        using var semicolon = await shared.Platform.Client.GetAsync(Path(id, "live.mp3;"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("audio/mpeg", semicolon.Content.Headers.ContentType!.MediaType);
        Assert.Equal("Two lines", semicolon.Headers.GetValues("icy-description").Single());
        Assert.Equal(shared.Platform.Url.ToString(), semicolon.Headers.GetValues("icy-url").Single());
    }

    [Fact]
    public async Task A_new_stream_shows_its_current_title_in_the_configured_charset()
    {
        var shared = await SharedPlatform.GetAsync();
        await using var station = Station.Start(await Station.Sound.Mp3Async());
        // Windows-1251 bytes, written as Latin-1 because the test server sends Latin-1.
        station.Publish("/7.html", "<html><body>1,1,2,3,4,128,Àðòèñò - Ïåñíÿ</body></html>");
        var id = await shared.Dj.AddStreamAsync(station.Url, "", more: new { metadata_charset = "CP1251" });
        var status = await shared.Dj.StatusAsync(id);
        Assert.Equal(("Артист - Песня", "128kbps", "mp3"), ((string?)status["current_track"], (string?)status["bitrate"], (string?)status["codec"]));
        Assert.Equal("windows-1251", (string?)(await shared.Dj.GetAsync($"/v1/streams/{id}"))["metadata_charset"]);
        using var wrong = await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { metadata_charset = "klingon" });
        Assert.Contains("windows-1251", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var removed = await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { metadata_charset = "" });
        Assert.Contains("metadata_charset", await removed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Eventually.That(async () => (string?)(await shared.Dj.StatusAsync(id))["current_track"] == "Àðòèñò - Ïåñíÿ", Deadline, "the title is read as Windows-1252 again");
    }

    private static Task<Guid> AddAsync(Dj dj, Station station) => dj.AddStreamAsync(station.Url, "");

    /// <summary>The head of a response and the first bytes after it.</summary>
    private static async Task<(string Head, byte[] Audio)> ListenAsync(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        var received = new List<byte>();
        var buffer = new byte[4096];
        for (int end; ; )
        {
            var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(Deadline);
            Assert.NotEqual(0, read);
            received.AddRange(buffer.AsSpan(0, read));
            end = received.ToArray().AsSpan().IndexOf("\r\n\r\n"u8);
            if (end >= 0 && received.Count >= end + 8)
                return (Encoding.UTF8.GetString(received.ToArray(), 0, end), [.. received.Skip(end + 4)]);
        }
    }

    private static Uri Path(Guid id, string file) => new($"/v1/streams/{id:D}/{file}", UriKind.Relative);
}
