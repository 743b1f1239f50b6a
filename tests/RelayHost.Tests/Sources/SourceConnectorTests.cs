using System.Text;
using AudioOrleans.RelayHost.Outbound;
using AudioOrleans.RelayHost.Sources;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.RelayHost.Tests.Sources;

public sealed class SourceConnectorTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_shoutcast_1_response_is_read_with_its_headers()
    {
        await using var source = ScriptedSource.Sending(
            "ICY 200 OK\r\nicy-notice1:<BR>This stream requires Winamp<BR>\r\nicy-name:Radio Ä\r\nicy-genre:Jazz\r\ncontent-type:audio/mpeg\r\nicy-pub:1\r\nicy-metaint:8192\r\nicy-br:128\r\n\r\n",
            "audio"u8.ToArray());
        await using var connection = await OpenAsync(source.Url);
        Assert.Equal((8192, "Jazz", 128, "audio/mpeg"), (connection.Announcement.MetadataInterval, connection.Announcement.Genre, connection.Announcement.BitrateKbps, connection.Announcement.ContentType));
        Assert.Equal("audio", await TextAsync(connection));
    }

    [Fact]
    public async Task Invalid_header_lines_are_skipped()
    {
        await using var source = ScriptedSource.Sending(
            "ICY 200 OK\r\nicy-notice1: a\r\nwelcome to the show\r\nbad name: x\r\nX-Long: one\r\n two: three\r\nicy-name:Radio\r\n: empty\r\nicy-br:64\r\n\r\n", "audio\r\nno colon here\r\n"u8.ToArray());
        await using var connection = await OpenAsync(source.Url);
        Assert.Equal(("Radio", 64), (connection.Announcement.Name, connection.Announcement.BitrateKbps));
        Assert.Equal("audio\r\nno colon here\r\n", await TextAsync(connection));
    }

    [Theory]
    [InlineData("audio/x-scpls", "[playlist]\nnumberofentries=2\nFile2={0}/two\nFile1={0}/one\nTitle1=x\n", "/one")]
    [InlineData("application/octet-stream", "[Playlist]\r\nfile1 = {0}/one\r\n", "/one")]
    [InlineData("audio/x-mpegurl", "#EXTM3U\n#EXTINF:-1,Radio\n{0}/one\n{0}/two\n", "/one")]
    [InlineData("text/plain", "\uFEFF#EXTM3U\n/relative\n", "/relative")]
    [InlineData("application/octet-stream", "{0}/one", "/one")]
    [InlineData("text/html", "  {0}/one\r\n", "/one")]
    [InlineData("application/xspf+xml", "<?xml version='1.0'?><playlist version='1' xmlns='http://xspf.org/ns/0/'><trackList><track><location>{0}/one</location></track></trackList></playlist>", "/one")]
    [InlineData("text/xml", "<playlist><trackList><track><location> {0}/one </location></track></trackList></playlist>", "/one")]
    [InlineData("audio/x-scpls", "[playlist]\nFile1={0}/gone\nFile2=ftp://127.0.0.1/\nFile3=http://10.0.0.1/\nFile4={0}/four\n", "/four")]
    [InlineData("audio/x-scpls", "[playlist]\nFile1={0}/again.pls\n", "/nested")]
    public async Task A_playlist_file_leads_to_its_first_entry_that_answers(string type, string file, string path)
    {
        var requested = new System.Collections.Concurrent.ConcurrentQueue<string>();
        Uri? address = null;
        await using var source = ScriptedSource.Start(async connection =>
        {
            var target = connection.Request.Split(' ')[1];
            requested.Enqueue(target);
            var server = address!.GetLeftPart(UriPartial.Authority);
            await connection.SendAsync(target switch
            {
                "/" => Encoding.UTF8.GetBytes($"HTTP/1.0 200 OK\r\nContent-Type: {type}\r\n\r\n{file.Replace("{0}", server, StringComparison.Ordinal)}"),
                "/again.pls" => Encoding.UTF8.GetBytes($"HTTP/1.0 200 OK\r\nContent-Type: audio/x-scpls\r\n\r\n[playlist]\nFile1={server}/nested\n"),
                "/gone" => "HTTP/1.0 404 Not Found\r\n\r\n"u8.ToArray(),
                _ => Encoding.UTF8.GetBytes($"{Ok}audio of {target}"),
            });
        });
        address = source.Url;
        await using var found = await OpenAsync(source.Url);
        Assert.Equal($"audio of {path}", await TextAsync(found));
        Assert.Equal(path, found.Url.AbsolutePath);
        Assert.Equal(path, requested.Last());
    }

    [Theory]
    [InlineData("#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n1.ts\n", SourceFault.NotAudio, "HLS")]
    [InlineData("[playlist]\nNumberOfEntries=0\n", SourceFault.NotAudio, "names no http")]
    [InlineData("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><playlist><location>&a;</location></playlist>", SourceFault.NotAudio, "names no http")]
    [InlineData("[playlist]\nFile1=http://169.254.169.254/latest\n", SourceFault.Forbidden, "private or reserved")]
    [InlineData("#EXTM3U\n/\n", SourceFault.RedirectLoop, "more than 5")]
    public async Task A_playlist_file_without_a_usable_entry_is_reported(string file, SourceFault fault, string expected)
    {
        await using var source = ScriptedSource.Sending("HTTP/1.0 200 OK\r\nContent-Type: audio/x-mpegurl\r\n\r\n", Encoding.UTF8.GetBytes(file));
        var refused = await FaultAsync(source.Url);
        Assert.Equal(fault, refused.Fault);
        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
        Assert.InRange(source.Connections, 1, 6);
    }

    [Fact]
    public async Task An_entry_of_a_playlist_file_that_never_answers_is_skipped()
    {
        Uri? address = null;
        await using var source = ScriptedSource.Start(async connection =>
        {
            if (connection.Request.StartsWith("GET /silent ", StringComparison.Ordinal))
                await connection.BeSilentAsync();
            await connection.SendAsync(connection.Request.StartsWith("GET / ", StringComparison.Ordinal)
                ? $"HTTP/1.0 200 OK\r\nContent-Type: audio/x-mpegurl\r\n\r\n{address}silent\n{address}live\n" : $"{Ok}audio");
        });
        address = source.Url;
        await using var found = await OpenAsync(source.Url);
        Assert.Equal("/live", found.Url.AbsolutePath);
    }

    [Fact]
    public async Task Metadata_is_requested_only_when_wanted_and_read_only_when_requested()
    {
        var requests = new List<string>();
        await using var source = ScriptedSource.Start(async connection =>
        {
            requests.Add(connection.Request);
            await connection.SendAsync("HTTP/1.0 200 OK\r\nicy-metaint: 16000\r\nicy-br: 64,64\r\n\r\nx");
        });
        await using (var with = await OpenAsync(source.Url))
            Assert.Equal((16000, 64), (with.Announcement.MetadataInterval, with.Announcement.BitrateKbps));
        await using (var without = await OpenAsync(source.Url, withMetadata: false))
            Assert.Equal(0, without.Announcement.MetadataInterval);
        Assert.Contains("Icy-MetaData: 1", requests[0], StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Icy-MetaData", requests[1], StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Mozilla", requests[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("secret", "source:secret")]
    [InlineData("listener:secret", "listener:secret")]
    [InlineData("lästener:a:b", "lästener:a:b")]
    public async Task The_key_is_sent_when_the_source_asks_for_it(string key, string credentials)
    {
        var requests = new List<string>();
        await using var source = ScriptedSource.Start(async connection =>
        {
            requests.Add(connection.Request);
            var good = connection.Request.Contains($"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}\r\n", StringComparison.Ordinal);
            await connection.SendAsync(good ? Ok : "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        });
        await using var connection = await OpenAsync(source.Url, key);
        Assert.Equal(2, requests.Count);
        Assert.DoesNotContain("Authorization", requests[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "expected a stream_key")]
    [InlineData("wrong", "refused the stream_key")]
    public async Task A_missing_or_wrong_key_is_reported(string? key, string expected)
    {
        await using var source = ScriptedSource.Sending("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", []);
        var fault = await FaultAsync(source.Url, key);
        Assert.Equal(SourceFault.Unauthorized, fault.Fault);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.Equal(key is null ? 1 : 2, source.Connections);
    }

    [Fact]
    public async Task A_key_is_never_sent_to_another_server_after_a_redirect()
    {
        var seen = new List<string>();
        await using var thief = ScriptedSource.Start(async connection =>
        {
            seen.Add(connection.Request);
            await connection.SendAsync("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
        });
        await using var source = ScriptedSource.Start(connection => connection.SendAsync(
            connection.Request.Contains("Authorization", StringComparison.Ordinal)
                ? $"HTTP/1.1 302 Found\r\nLocation: {thief.Url}\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"));
        Assert.Equal(SourceFault.Unauthorized, (await FaultAsync(source.Url, "secret")).Fault);
        Assert.DoesNotContain("Authorization", Assert.Single(seen), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_relative_redirect_is_followed_and_the_key_is_sent_to_the_same_server()
    {
        await using var source = ScriptedSource.Start(connection => connection.SendAsync(
            connection.Request.StartsWith("GET /old ", StringComparison.Ordinal) ? "HTTP/1.1 301 Moved\r\nLocation: new?x=1\r\nContent-Length: 0\r\n\r\n"
            : !connection.Request.StartsWith("GET /new?x=1 ", StringComparison.Ordinal) ? "HTTP/1.1 404 Not Found\r\n\r\n"
            : connection.Request.Contains("Authorization", StringComparison.Ordinal) ? Ok : "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"));
        await using var connection = await OpenAsync(new Uri(source.Url, "/old"), "secret");
        Assert.Equal("audio/mpeg", connection.Announcement.ContentType);
    }

    [Theory]
    [InlineData("/again", SourceFault.RedirectLoop)]
    [InlineData(null, SourceFault.RedirectLoop)]
    [InlineData("file:///etc/passwd", SourceFault.Forbidden)]
    [InlineData("gopher://127.0.0.1/", SourceFault.Forbidden)]
    [InlineData("http://10.0.0.1/", SourceFault.Forbidden)]
    [InlineData("http://169.254.169.254/latest/meta-data", SourceFault.Forbidden)]
    [InlineData("http://[::ffff:169.254.169.254]/", SourceFault.Forbidden)]
    [InlineData("http://0.0.0.0/", SourceFault.Forbidden)]
    [InlineData("http://2852039166/", SourceFault.Forbidden)]
    public async Task A_redirect_to_a_forbidden_or_missing_address_is_not_followed(string? location, SourceFault fault)
    {
        var header = location is null ? "" : $"Location: {location}\r\n";
        await using var source = ScriptedSource.Sending($"HTTP/1.1 302 Found\r\n{header}Content-Length: 0\r\n\r\n", []);
        Assert.Equal(fault, (await FaultAsync(source.Url)).Fault);
    }

    [Theory]
    [InlineData("http://localhost:1/")]
    [InlineData("http://127.1:1/")]
    [InlineData("http://2130706433:1/")]
    [InlineData("http://0x7f.1:1/")]
    [InlineData("http://[::1]:1/")]
    [InlineData("http://[::ffff:127.0.0.1]:1/")]
    [InlineData("http://0.0.0.0:1/")]
    [InlineData("http://[::]:1/")]
    [InlineData("https://127.0.0.1:1/")]
    public async Task A_private_network_is_reported_as_forbidden(string url) =>
        Assert.Equal(SourceFault.Forbidden, (await FaultAsync(new Uri(url), allowed: [])).Fault);

    [Theory]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n", SourceFault.BadStatus)]
    [InlineData("ICY 404 Resource Not Found\r\n\r\n", SourceFault.BadStatus)]
    [InlineData("HTTP/1.1 503 Server Full\r\n\r\n", SourceFault.BadStatus)]
    [InlineData("HTTP/1.1 304 Not Modified\r\n\r\n", SourceFault.RedirectLoop)]
    [InlineData("HTTP/1.1 403 Forbidden\r\n\r\n", SourceFault.Unauthorized)]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", SourceFault.BadAnswer)]
    [InlineData("\0\u0001\u0002\u0003garbage\r\n\r\n", SourceFault.BadAnswer)]
    [InlineData("IC", SourceFault.BadAnswer)]
    [InlineData("", SourceFault.BadAnswer)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n", SourceFault.NotAudio)]
    [InlineData("ICY 401 Service Unavailable\r\n\r\n", SourceFault.BadStatus)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: Audio/X-MPEGURL\r\n\r\n", SourceFault.NotAudio)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: audio/x-scpls\r\n\r\n", SourceFault.NotAudio)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n", SourceFault.NotAudio)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: application/ogg\r\n\r\n", SourceFault.UnsupportedCodec)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: audio/flac\r\n\r\n", SourceFault.UnsupportedCodec)]
    public async Task Responses_without_a_stream_are_distinguished(string answer, SourceFault fault)
    {
        await using var source = ScriptedSource.Sending(answer, []);
        Assert.Equal(fault, (await FaultAsync(source.Url)).Fault);
    }

    [Theory]
    [InlineData("audio/aacp")]
    [InlineData("audio/mpeg;charset=utf-8")]
    [InlineData("application/octet-stream")]
    [InlineData("nonsense")]
    public async Task A_content_type_that_may_be_audio_is_accepted(string type)
    {
        await using var source = ScriptedSource.Sending($"HTTP/1.1 200 OK\r\nContent-Type: {type}\r\n\r\n", []);
        await using var connection = await OpenAsync(source.Url);
        Assert.Equal(type.Split(';')[0], connection.Announcement.ContentType);
    }

    [Fact]
    public async Task Endless_headers_are_cut_off()
    {
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync("HTTP/1.1 200 OK\r\n");
            for (var line = $"X-Junk: {new string('x', 1000)}\r\n"; ;)
                await connection.SendAsync(line);
        });
        Assert.Equal(SourceFault.BadAnswer, (await FaultAsync(source.Url)).Fault);
    }

    [Fact]
    public async Task A_source_that_takes_longer_than_ten_seconds_to_answer_is_unreachable()
    {
        var clock = new ManualTimeProvider();
        await using var source = ScriptedSource.Start(connection => connection.BeSilentAsync());
        var fault = FaultAsync(source.Url, clock: clock);
        await Eventually.That(() => source.Connections == 1, Deadline, "the source is connected");
        clock.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(fault.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(SourceFault.Unreachable, (await Eventually.Ends(fault, Deadline, "the attempt times out")).Fault);
    }

    [Fact]
    public async Task A_closed_port_and_a_server_without_tls_are_unreachable()
    {
        Assert.Equal(SourceFault.Unreachable, (await FaultAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}/"))).Fault);
        var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        var answering = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray());
            client.Client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await client.GetStream().CopyToAsync(Stream.Null);
        });
        Assert.Equal(SourceFault.Unreachable, (await FaultAsync(new Uri($"https://127.0.0.1:{port}/"))).Fault);
        listener.Stop();
        _ = answering.ContinueWith(task => task.Exception, TaskScheduler.Default);
    }

    [Fact]
    public async Task A_real_icecast_with_a_password_requires_it()
    {
        await using var icecast = await IcecastServer.StartAsync();
        var missing = await FaultAsync(icecast.Mount("/absent"));
        Assert.Equal(SourceFault.BadStatus, missing.Fault);
        await icecast.AddSourceAsync("/private", await Tone.Mp3Async());
        Assert.Equal(SourceFault.Unauthorized, (await FaultAsync(icecast.Mount("/private"))).Fault);
        Assert.Equal(SourceFault.Unauthorized, (await FaultAsync(icecast.Mount("/private"), "listener:wrong")).Fault);
    }

    [Fact]
    public void The_key_and_the_query_of_a_source_are_not_logged()
    {
        var text = new SourceSpec(new Uri("http://radio.example.org:8000/live?token=s3cret"), "s3cret").ToString();
        Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        Assert.Contains("radio.example.org:8000/live", text, StringComparison.Ordinal);
    }

    private static async Task<SourceConnection> OpenAsync(Uri url, string? key = null, bool withMetadata = true, string[]? allowed = null, TimeProvider? clock = null)
    {
        var options = new OutboundOptions { AllowedNetworks = allowed ?? ["127.0.0.0/8"] };
        // Not disposed: that would end the connection that is returned.
        var client = new OutboundConnector(new AddressPolicy(options)).CreateClient(options);
        return await new SourceConnector(client, options, clock ?? TimeProvider.System).OpenAsync(new SourceSpec(url, key), withMetadata, CancellationToken.None);
    }

    private static Task<SourceException> FaultAsync(Uri url, string? key = null, string[]? allowed = null, TimeProvider? clock = null) =>
        Assert.ThrowsAsync<SourceException>(() => OpenAsync(url, key, allowed: allowed, clock: clock).WaitAsync(Deadline));

    private static async Task<string> TextAsync(SourceConnection connection)
    {
        var (text, buffer) = (new MemoryStream(), new byte[64]);
        for (int read; (read = await connection.ReadAsync(buffer, CancellationToken.None)) > 0;)
            text.Write(buffer, 0, read);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
