using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Live;

public sealed class LiveTests
{
    private static readonly TimeSpan Playable = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_first_playlist_has_three_segments_and_is_ready_within_twenty_seconds()
    {
        var (shared, id) = await NewStreamAsync("/live");
        var started = TimeProvider.System.GetTimestamp();
        using var response = await shared.Platform.Client.GetAsync(Path(id, "live.m3u8"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal("application/vnd.apple.mpegurl", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.InRange(response.Headers.CacheControl!.MaxAge!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(3));

        var lines = (await response.Content.ReadAsStringAsync()).Split('\n');
        Assert.Equal("#EXTM3U", lines[0]);
        Assert.Contains("#EXT-X-TARGETDURATION:6", lines);
        var durations = lines.Where(line => line.StartsWith("#EXTINF:", StringComparison.Ordinal))
            .Select(line => double.Parse(line[8..].TrimEnd(','), CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(3, durations.Length);
        Assert.All(durations, duration => Assert.InRange(duration, 5.5, 6.49));
        Assert.DoesNotContain(lines, line => line.StartsWith("#EXT-X-PLAYLIST-TYPE", StringComparison.Ordinal) || line == "#EXT-X-ENDLIST");

        var segment = lines.First(line => line.StartsWith("segments/", StringComparison.Ordinal));
        using var bytes = await shared.Platform.Client.GetAsync(Path(id, segment));
        Assert.Equal("video/mp2t", bytes.Content.Headers.ContentType!.MediaType);
        Assert.True(bytes.Headers.CacheControl!.MaxAge > TimeSpan.FromMinutes(10));
        var content = await bytes.Content.ReadAsByteArrayAsync();
        Assert.Equal(0, content.Length % 188);

        using var same = new HttpRequestMessage(HttpMethod.Get, Path(id, "live.m3u8"));
        using var now = await shared.Platform.Client.GetAsync(Path(id, "live.m3u8"));
        same.Headers.TryAddWithoutValidation("If-None-Match", now.Headers.ETag!.ToString());
        using var unchanged = await shared.Platform.Client.SendAsync(same);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        using var missing = await shared.Platform.Client.GetAsync(Path(id, "segments/1.ts"));
        await missing.ProblemAsync(HttpStatusCode.NotFound);
        Assert.True(missing.Headers.CacheControl!.MaxAge <= TimeSpan.FromSeconds(6));
    }

    [Theory]
    [InlineData("/live", "live.mp3", "mp3")]
    [InlineData("/aac", "live.aac", "aac")]
    public async Task Ffmpeg_plays_HLS_and_progressive_audio(string mount, string file, string codec)
    {
        var (shared, id) = await NewStreamAsync(mount);
        foreach (var address in new[] { new Uri(shared.Platform.Url, Path(id, file)), new Uri(shared.Platform.Url, Path(id, "live.m3u8")) })
        {
            var played = await ProcessRunner.RunAsync(
                new ProcessCommand("ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "info", "-xerror", "-i", address.ToString(), "-t", "8", "-af", "volumedetect", "-f", "null", "-"),
                TimeSpan.FromMinutes(1), TimeProvider.System);
            var output = string.Join('\n', played.ErrorTail);
            Assert.Contains("mean_volume: -2", output, StringComparison.Ordinal); // The tone, not silence.
        }
        using var headers = await shared.Platform.Client.GetAsync(Path(id, file), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(codec == "mp3" ? "audio/mpeg" : "audio/aac", headers.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_request_for_MP3_of_an_AAC_stream_is_redirected_to_AAC()
    {
        var (shared, id) = await NewStreamAsync("/aac");
        using var response = await shared.Platform.Client.GetAsync(Path(id, "live.mp3"));
        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal($"/v1/streams/{id}/live.aac", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Progressive_audio_starts_within_a_second_with_a_burst_of_seconds()
    {
        var (shared, id) = await NewStreamAsync("/live");
        await shared.Dj.UntilAsync(id, "live", Playable);
        await Eventually.That(() => HasBufferAsync(shared, id), Playable, "the ring holds some seconds");
        var started = TimeProvider.System.GetTimestamp();
        using var response = await shared.Platform.Client.GetAsync(Path(id, "live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        var body = await response.Content.ReadAsStreamAsync();
        var burst = new byte[3 * 16_000];
        await body.ReadExactlyAsync(burst);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(0xFF, burst[0]); // The burst starts with a frame.
    }

    [Fact]
    public async Task A_listener_who_requests_metadata_gets_titles_between_the_audio()
    {
        var (shared, id) = await NewStreamAsync("/live");
        await shared.Icecast.SetTitleAsync("/live", "Tïtle - One");
        await Eventually.That(async () => (string?)(await shared.Dj.StatusAsync(id))["current_track"] == "Tïtle - One", Playable, "the title is current");
        using var request = new HttpRequestMessage(HttpMethod.Get, Path(id, "live.mp3"));
        request.Headers.Add("Icy-MetaData", "1");
        using var response = await shared.Platform.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var interval = int.Parse(response.Headers.GetValues("icy-metaint").Single(), CultureInfo.InvariantCulture);
        Assert.Equal("Test station", response.Headers.GetValues("icy-name").Single());
        var body = await response.Content.ReadAsStreamAsync();
        var title = await Eventually.Ends(ReadTitleAsync(body, interval, "Tïtle - One"), Playable, "the title arrives");
        Assert.Equal("StreamTitle='Tïtle - One';", title);
    }

    [Fact]
    public async Task Listeners_are_counted_by_connection_and_by_session()
    {
        var (shared, id) = await NewStreamAsync("/live");
        using var first = await shared.Platform.Client.GetAsync(Path(id, "live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        using var second = await shared.Platform.Client.GetAsync(Path(id, "live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        foreach (var session in new[] { "a", "b", "a" })
            (await shared.Platform.Client.GetAsync(Path(id, $"live.m3u8?session={session}"))).Dispose();
        await CountAsync(shared, id, 4);
        first.Dispose();
        second.Dispose();
        await CountAsync(shared, id, 2);
        await CountAsync(shared, id, 0); // The HLS sessions no longer poll.
    }

    [Fact]
    public async Task A_slow_listener_is_disconnected_and_the_others_are_not_affected()
    {
        var (shared, id) = await NewStreamAsync("/live");
        await shared.Dj.UntilAsync(id, "live", Playable);
        using var quick = await shared.Platform.Client.GetAsync(Path(id, "live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        var quickBody = await quick.Content.ReadAsStreamAsync();
        long heard = 0;
        var listening = Task.Run(async () =>
        {
            var buffer = new byte[8192];
            for (int read; (read = await quickBody.ReadAsync(buffer)) > 0;)
                Interlocked.Add(ref heard, read);
        });

        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, shared.Platform.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes($"GET /v1/streams/{id}/live.mp3 HTTP/1.1\r\nHost: x\r\n\r\n"));
        await Eventually.That(() => IsDisconnected(socket), TimeSpan.FromSeconds(90), "a listener that does not read is disconnected");

        var before = Interlocked.Read(ref heard);
        Assert.True(before > 0 && !listening.IsCompleted);
        await Eventually.That(() => Interlocked.Read(ref heard) > before + 32_000, Playable, "the fast listener still receives audio");
    }

    [Fact]
    public async Task A_listener_stays_connected_when_the_source_changes_and_is_disconnected_when_the_stream_is_disabled()
    {
        var (shared, id) = await NewStreamAsync("/live");
        await shared.Icecast.AddSourceAsync("/other", await Tone.Mp3Async());
        await shared.Dj.UntilAsync(id, "live", Playable);
        using var response = await shared.Platform.Client.GetAsync(Path(id, "live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        var body = await response.Content.ReadAsStreamAsync();
        long heard = 0;
        var listening = Task.Run(async () =>
        {
            var buffer = new byte[8192];
            for (int read; (read = await body.ReadAsync(buffer)) > 0;)
                Interlocked.Add(ref heard, read);
        });
        await Eventually.That(() => Interlocked.Read(ref heard) > 0, Playable, "the listener receives audio");

        await ChangeAsync(shared, id, new { mount = "/other" });
        await shared.Dj.UntilAsync(id, "live", Playable);
        var before = Interlocked.Read(ref heard);
        await Eventually.That(() => Interlocked.Read(ref heard) > before + 160_000, Playable, "the listener receives more of the other source than was sent in advance");
        Assert.False(listening.IsCompleted);

        await ChangeAsync(shared, id, new { enabled = false });
        await Eventually.Ends(listening, TimeSpan.FromSeconds(10), "the listener is disconnected");
    }

    [Fact]
    public async Task A_request_for_the_next_segment_waits_for_it()
    {
        var (shared, id) = await NewStreamAsync("/live");
        var playlist = await shared.Platform.Client.GetStringAsync(Path(id, "live.m3u8"));
        var last = long.Parse(playlist.Split('\n').Last(line => line.StartsWith("segments/", StringComparison.Ordinal))[9..^3], CultureInfo.InvariantCulture);
        // The segment is ready within six seconds; each request waits up to two.
        await Eventually.That(async () =>
        {
            var asked = TimeProvider.System.GetTimestamp();
            using var next = await shared.Platform.Client.GetAsync(Path(id, $"segments/{last + 1}.ts"));
            Assert.True(next.StatusCode == HttpStatusCode.OK || TimeProvider.System.GetElapsedTime(asked) > TimeSpan.FromSeconds(1.9));
            return next.StatusCode == HttpStatusCode.OK;
        }, Playable, "the next segment is ready");
        var started = TimeProvider.System.GetTimestamp();
        using var far = await shared.Platform.Client.GetAsync(Path(id, $"segments/{last + 1000}.ts"));
        await far.ProblemAsync(HttpStatusCode.NotFound);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(1), "a request for a segment far ahead does not wait");
    }

    private static async Task ChangeAsync(SharedPlatform shared, Guid id, object change)
    {
        using var answer = await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id:D}", change);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Whether the server has reset the connection. Sends a byte to find out, because the test must not read.</summary>
    private static bool IsDisconnected(System.Net.Sockets.Socket socket)
    {
        try
        {
            socket.Send("x"u8);
            return false;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }

    private static async Task<bool> HasBufferAsync(SharedPlatform shared, Guid id)
    {
        var status = await shared.Dj.StatusAsync(id);
        return (int)status["uptime_seconds"]! >= 4;
    }

    private static async Task<string> ReadTitleAsync(Stream body, int interval, string expected)
    {
        var audio = new byte[interval];
        var length = new byte[1];
        while (true)
        {
            await body.ReadExactlyAsync(audio);
            await body.ReadExactlyAsync(length);
            var block = new byte[length[0] * 16];
            await body.ReadExactlyAsync(block);
            var text = Encoding.UTF8.GetString(block).TrimEnd('\0');
            if (text.Contains(expected, StringComparison.Ordinal))
                return text;
        }
    }

    private static Task CountAsync(SharedPlatform shared, Guid id, int listeners) => Eventually.That(
        async () => (int)(await shared.Dj.StatusAsync(id))["listeners"]! == listeners, TimeSpan.FromSeconds(40), $"{listeners} listeners are counted");

    private static async Task<(SharedPlatform Shared, Guid Id)> NewStreamAsync(string mount)
    {
        var shared = await SharedPlatform.GetAsync();
        return (shared, await shared.Dj.AddStreamAsync(shared.Icecast.Url, mount));
    }

    private static Uri Path(Guid id, string file) => new($"/v1/streams/{id:D}/{file}", UriKind.Relative);
}
