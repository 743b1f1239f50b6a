using System.Text;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Outbound;
using AudioOrleans.RelayHost.Sources;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.RelayHost.Tests.Sources;

public sealed class SourceProbeTests
{
    private const string Head = "HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_format_bitrate_and_title_of_a_real_icecast_are_found()
    {
        await using var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/live", await Tone.Mp3Async());
        await icecast.AddSourceAsync("/aac", await Tone.AacAsync());
        await icecast.SetTitleAsync("/live", "Müller's \"Song\"; 1, 2 & 日本");
        await Eventually.That(
            async () => (await ProbeAsync(icecast.Mount("/live"))).Title == "Müller's \"Song\"; 1, 2 & 日本", Deadline, "the title is found");
        var mp3 = await ProbeAsync(icecast.Mount("/live"));
        Assert.Equal((new AudioFormat(AudioCodec.Mp3, 44100, 2), "icecast"), (mp3.Format, mp3.Server));
        Assert.InRange(mp3.BitrateKbps, 127, 129);
        var aac = await ProbeAsync(icecast.Mount("/aac"));
        Assert.Equal((new AudioFormat(AudioCodec.Aac, 44100, 2), "icecast"), (aac.Format, aac.Server));
    }

    [Theory]
    [InlineData("OggS\0\u0002", SourceFault.UnsupportedCodec)]
    [InlineData("fLaC\0\0\0", SourceFault.UnsupportedCodec)]
    [InlineData("RIFF$\0\0\0WAVE", SourceFault.UnsupportedCodec)]
    [InlineData("<!doctype html><p>Hello", SourceFault.NotAudio)]
    [InlineData("\r\n #EXTM3U\nhttp://example.org/live", SourceFault.NotAudio)]
    [InlineData("[playlist]\nFile1=http://example.org", SourceFault.NotAudio)]
    [InlineData("", SourceFault.Ended)]
    [InlineData("short and no audio", SourceFault.Ended)]
    public async Task Content_that_is_not_mp3_or_aac_is_distinguished(string body, SourceFault fault)
    {
        await using var source = ScriptedSource.Sending(Head, Encoding.Latin1.GetBytes(body));
        Assert.Equal(fault, (await FaultAsync(source.Url)).Fault);
    }

    [Fact]
    public async Task Free_format_mp3_is_reported_as_an_unsupported_codec()
    {
        var mp3 = await Encoded.Mp3Async(160, 48000, seconds: 5); // 480 bytes a frame, without padding.
        for (var at = 0; at < mp3.Length; at += 480)
            mp3[at + 2] &= 0x0F;
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync(connection.IsStatusPage ? "HTTP/1.0 404 Not Found\r\n\r\n" : Head);
            if (!connection.IsStatusPage)
                await connection.SendForEverAsync(mp3, 200_000);
        });
        var fault = await FaultAsync(source.Url);
        Assert.Equal(SourceFault.UnsupportedCodec, fault.Fault);
        Assert.Contains("free format", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_stream_in_the_address_is_requested_from_shoutcast_2()
    {
        var mp3 = await Encoded.Mp3Async(64);
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync(
                connection.Request.StartsWith("GET /stats?sid=3&json=1 ", StringComparison.Ordinal)
                    ? Encoding.UTF8.GetBytes("HTTP/1.0 200 OK\r\n\r\n{\"streamstatus\":1,\"songtitle\":\"Three\"}")
                : connection.IsStatusPage ? "HTTP/1.0 404 Not Found\r\n\r\n"u8.ToArray() : [.. Encoding.ASCII.GetBytes(Head), .. mp3]);
        });
        Assert.Equal("Three", (await ProbeAsync(new Uri(source.Url, "/stream/3/"))).Title);
    }

    [Fact]
    public async Task At_most_256_KiB_of_garbage_is_read()
    {
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync(connection.IsStatusPage ? "HTTP/1.0 404 Not Found\r\n\r\n" : Head);
            while (!connection.IsStatusPage)
                await connection.SendAsync(new byte[8192]);
        });
        Assert.Equal(SourceFault.NotAudio, (await FaultAsync(source.Url)).Fault);
    }

    [Theory]
    [InlineData(0, SourceFault.Silent)]
    [InlineData(2000, SourceFault.TooSlow)]
    public async Task A_source_that_sends_less_than_half_a_second_in_ten_is_refused(int bytes, SourceFault fault)
    {
        var clock = new ManualTimeProvider();
        var mp3 = await Encoded.Mp3Async(128);
        var sent = 0;
        await using var source = ScriptedSource.Start(async connection =>
        {
            if (connection.IsStatusPage)
            {
                await connection.SendAsync("HTTP/1.0 404 Not Found\r\n\r\n");
                return;
            }
            await connection.SendAsync((byte[])[.. Encoding.ASCII.GetBytes(Head), .. mp3[..bytes]]);
            Interlocked.Increment(ref sent);
            await connection.BeSilentAsync();
        });
        var probing = FaultAsync(source.Url, clock);
        await Eventually.That(() => sent == 1 && source.Connections == 4, Deadline, "the source has sent its audio, and all status pages were requested");
        while (!probing.IsCompleted)
        {
            // Either may be waiting: the status page has its own timeout.
            await Eventually.That(() => probing.IsCompleted || clock.PendingTimers > 0, Deadline, "the probe waits");
            clock.Advance(TimeSpan.FromSeconds(10));
        }
        Assert.Equal(fault, (await Eventually.Ends(probing, Deadline, "the probe times out")).Fault);
    }

    [Fact]
    public async Task Status_pages_of_shoutcast_are_used_and_broken_ones_do_no_harm()
    {
        var mp3 = await Encoded.Mp3Async(64);
        foreach (var (page, title, server) in new (string, string?, string?)[]
        {
            ("/stats?sid=1&json=1|{\"streamstatus\":1,\"songtitle\":\"Two\",\"bitrate\":96}", "Two", "shoutcast2"),
            ("/7.html|<html><body>1,1,2,3,4,96,One, more</body></html>", "One, more", "shoutcast1"),
            ("/status-json.xsl|{\"icestats\":{\"source\":{\"listenurl\":\"http://x/\",\"title\":\"\\ud800\"}}}", null, "icecast"),
            ("/status-json.xsl|{\"broken", null, null),
        })
        {
            await using var source = ScriptedSource.Start(async connection =>
            {
                var (path, body) = (page.Split('|')[0], page.Split('|')[1]);
                if (!connection.IsStatusPage)
                    await connection.SendAsync(Head);
                await connection.SendAsync(
                    !connection.IsStatusPage ? mp3
                    : connection.Request.StartsWith($"GET {path} ", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes($"HTTP/1.0 200 OK\r\n\r\n{body}")
                    : "HTTP/1.0 404 Not Found\r\n\r\n"u8.ToArray());
            });
            var result = await ProbeAsync(source.Url);
            Assert.Equal((title, server), (result.Title, result.Server));
            Assert.InRange(result.BitrateKbps, title is null ? 62 : 96, title is null ? 66 : 96);
        }
    }

    private static async Task<ProbeResult> ProbeAsync(Uri url, TimeProvider? clock = null)
    {
        var options = new OutboundOptions { AllowedNetworks = ["127.0.0.0/8"] };
        using var client = new OutboundConnector(new AddressPolicy(options)).CreateClient(options);
        var connector = new SourceConnector(client, options, TimeProvider.System);
        return await new SourceProbe(connector, new SourceStatusReader(client, clock ?? TimeProvider.System), clock ?? TimeProvider.System).ProbeAsync(new SourceSpec(url, null), CancellationToken.None).WaitAsync(Deadline);
    }

    private static Task<SourceException> FaultAsync(Uri url, TimeProvider? clock = null) => Assert.ThrowsAsync<SourceException>(() => ProbeAsync(url, clock));
}
