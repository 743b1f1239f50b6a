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
    public async Task The_first_playlist_holds_three_segments_and_comes_within_twenty_seconds()
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
    public async Task Ffmpeg_plays_hls_and_progressive_audio(string mount, string file, string codec)
    {
        var (shared, id) = await NewStreamAsync(mount);
        foreach (var address in new[] { new Uri(shared.Platform.Url, Path(id, file)), new Uri(shared.Platform.Url, Path(id, "live.m3u8")) })
        {
            var played = await ProcessRunner.RunAsync(
                new ProcessCommand("ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "info", "-xerror", "-i", address.ToString(), "-t", "8", "-af", "volumedetect", "-f", "null", "-"),
                TimeSpan.FromMinutes(1), TimeProvider.System);
            var said = string.Join('\n', played.ErrorTail);
            Assert.Contains("mean_volume: -2", said, StringComparison.Ordinal); // The tone, not silence.
        }
        using var headers = await shared.Platform.Client.GetAsync(Path(id, file), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(codec == "mp3" ? "audio/mpeg" : "audio/aac", headers.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task An_aac_stream_asked_for_as_mp3_leads_to_its_aac()
    {
        var (shared, id) = await NewStreamAsync("/aac");
        using var response = await shared.Platform.Client.GetAsync(Path(id, "live.mp3"));
        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal($"/v1/streams/{id}/live.aac", response.Headers.Location!.ToString());
    }

    [Fact]
    public async Task Progressive_audio_starts_within_a_second_with_seconds_in_advance()
    {
        var (shared, id) = await NewStreamAsync("/live");
        await shared.Dj.UntilAsync(id, "live", Playable);
        await Eventually.That(() => HearsAsync(shared, id), Playable, "some seconds are in the ring");
        var started = TimeProvider.System.GetTimestamp();
        using var response = await shared.Platform.Client.GetAsync(Path(id, "live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        var body = await response.Content.ReadAsStreamAsync();
        var burst = new byte[3 * 16_000];
        await body.ReadExactlyAsync(burst);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(0xFF, burst[0]); // It starts at a frame.
    }

    [Fact]
    public async Task A_listener_who_asks_for_it_gets_titles_between_the_audio()
    {
        var (shared, id) = await NewStreamAsync("/live");
        await shared.Icecast.SetTitleAsync("/live", "Tïtle - One");
        await Eventually.That(async () => (string?)(await shared.Dj.StatusAsync(id))["current_track"] == "Tïtle - One", Playable, "the title is on air");
        using var request = new HttpRequestMessage(HttpMethod.Get, Path(id, "live.mp3"));
        request.Headers.Add("Icy-MetaData", "1");
        using var response = await shared.Platform.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var interval = int.Parse(response.Headers.GetValues("icy-metaint").Single(), CultureInfo.InvariantCulture);
        Assert.Equal("Test station", response.Headers.GetValues("icy-name").Single());
        var body = await response.Content.ReadAsStreamAsync();
        var title = await Eventually.Ends(ReadTitleAsync(body, interval, "Tïtle - One"), Playable, "the title comes");
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
        await CountAsync(shared, id, 0); // The HLS sessions poll no more.
    }

    [Fact]
    public async Task A_listener_that_reads_slowly_is_cut_and_the_others_keep_up()
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
        await Eventually.That(() => IsCut(socket), TimeSpan.FromSeconds(90), "a listener that does not read is cut");

        var before = Interlocked.Read(ref heard);
        Assert.True(before > 0 && !listening.IsCompleted);
        await Eventually.That(() => Interlocked.Read(ref heard) > before + 32_000, Playable, "the quick listener hears on");
    }

    [Fact]
    public async Task A_listener_stays_when_the_source_is_another_and_leaves_when_the_stream_is_switched_off()
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
        await Eventually.That(() => Interlocked.Read(ref heard) > 0, Playable, "the listener hears");

        await ChangeAsync(shared, id, new { mount = "/other" });
        await shared.Dj.UntilAsync(id, "live", Playable);
        var before = Interlocked.Read(ref heard);
        await Eventually.That(() => Interlocked.Read(ref heard) > before + 160_000, Playable, "the listener hears the other source, longer than what was sent in advance");
        Assert.False(listening.IsCompleted);

        await ChangeAsync(shared, id, new { enabled = false });
        await Eventually.Ends(listening, TimeSpan.FromSeconds(10), "the listener is let go");
    }

    [Fact]
    public async Task The_segment_after_the_last_is_waited_for_a_moment()
    {
        var (shared, id) = await NewStreamAsync("/live");
        var playlist = await shared.Platform.Client.GetStringAsync(Path(id, "live.m3u8"));
        var last = long.Parse(playlist.Split('\n').Last(line => line.StartsWith("segments/", StringComparison.Ordinal))[9..^3], CultureInfo.InvariantCulture);
        // It comes within six seconds, of which each request waits for two.
        await Eventually.That(async () =>
        {
            var asked = TimeProvider.System.GetTimestamp();
            using var next = await shared.Platform.Client.GetAsync(Path(id, $"segments/{last + 1}.ts"));
            Assert.True(next.StatusCode == HttpStatusCode.OK || TimeProvider.System.GetElapsedTime(asked) > TimeSpan.FromSeconds(1.9));
            return next.StatusCode == HttpStatusCode.OK;
        }, Playable, "the next segment comes");
        var started = TimeProvider.System.GetTimestamp();
        using var far = await shared.Platform.Client.GetAsync(Path(id, $"segments/{last + 1000}.ts"));
        await far.ProblemAsync(HttpStatusCode.NotFound);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(1), "what is far ahead is not waited for");
    }

    private static async Task ChangeAsync(SharedPlatform shared, Guid id, object change)
    {
        using var answer = await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id:D}", change);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>Whether the other side has reset the connection; a byte sent tells, and reads nothing.</summary>
    private static bool IsCut(System.Net.Sockets.Socket socket)
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

    private static async Task<bool> HearsAsync(SharedPlatform shared, Guid id)
    {
        var status = await shared.Dj.StatusAsync(id);
        return (int)status["uptime_seconds"]! >= 4;
    }

    private static async Task<string> ReadTitleAsync(Stream body, int interval, string wanted)
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
            if (text.Contains(wanted, StringComparison.Ordinal))
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
