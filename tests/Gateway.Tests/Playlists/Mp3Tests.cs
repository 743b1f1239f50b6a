using System.Net;
using System.Net.Http.Headers;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Playlists;

public sealed class Mp3Tests
{
    [Fact]
    public async Task A_mixed_playlist_is_one_MP3_of_one_format_with_nothing_between_the_frames()
    {
        var mixed = await MixedPlaylist.GetAsync();
        using var response = await mixed.Shared.Platform.Client.GetAsync(Path(mixed.Mp3));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("audio/mpeg", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("bytes", response.Headers.AcceptRanges.Single());
        Assert.NotEqual(true, response.Headers.TransferEncodingChunked);
        Assert.False(response.Headers.ETag!.IsWeak);
        var all = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(all.Length, response.Content.Headers.ContentLength);
        var duration = Playing.ReadFrames(Playing.WithoutDescription(all), MixedPlaylist.SampleRate, 2);
        Assert.InRange(duration.TotalSeconds, MixedPlaylist.Seconds - 0.2, MixedPlaylist.Seconds + 0.6);
        Assert.InRange(await Playing.PlayAsync(all), MixedPlaylist.Seconds - 0.4, MixedPlaylist.Seconds + 0.6);
        Assert.InRange(await Playing.PlayAsync(new Uri(mixed.Shared.Platform.Url, mixed.Mp3).ToString()), MixedPlaylist.Seconds - 0.4, MixedPlaylist.Seconds + 0.6);
    }

    [Fact]
    public async Task The_first_frame_has_the_duration_and_a_seek_table()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var url = new Uri(mixed.Shared.Platform.Url, mixed.Mp3).ToString();
        Assert.InRange(await Playing.DurationAsync(url), MixedPlaylist.Seconds - 0.1, MixedPlaylist.Seconds + 0.6);
        // Seeks into the track of 320 kbit/s with the table. A player that assumes a constant bit rate would seek to the wrong place.
        var heard = await Playing.PlayAsync(url, allowErrors: true, inputOptions: ["-ss", "16"]);
        Assert.InRange(heard, MixedPlaylist.Seconds - 17.5, MixedPlaylist.Seconds - 14.5);
    }

    [Fact]
    public async Task Joined_ranges_are_the_whole_file()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var client = mixed.Shared.Platform.Client;
        var all = await client.GetByteArrayAsync(Path(mixed.Mp3));
        foreach (var size in new[] { all.Length, (all.Length / 2) + 1, 100_000, 77_777 })
        {
            var joined = new MemoryStream();
            while (joined.Length < all.Length)
            {
                using var part = await GetAsync(client, mixed.Mp3, new RangeHeaderValue(joined.Length, joined.Length + size - 1));
                Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
                var bytes = await part.Content.ReadAsByteArrayAsync();
                Assert.Equal((joined.Length, joined.Length + bytes.Length - 1, all.Length), Playing.ContentRange(part));
                joined.Write(bytes);
            }
            Assert.Equal(all, joined.ToArray());
        }
        using var tail = await GetAsync(client, mixed.Mp3, new RangeHeaderValue(null, 1000));
        Assert.Equal(all[^1000..], await tail.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_range_of_another_version_gets_the_whole_file_and_a_range_after_the_end_is_refused()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var client = mixed.Shared.Platform.Client;
        using var head = await HeadAsync(client, mixed.Mp3);
        var length = head.Content.Headers.ContentLength!.Value;
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        using var same = await GetAsync(client, mixed.Mp3, new RangeHeaderValue(10, 19), head.Headers.ETag);
        Assert.Equal(HttpStatusCode.PartialContent, same.StatusCode);
        using var other = await GetAsync(client, mixed.Mp3, new RangeHeaderValue(10, 19), new EntityTagHeaderValue("\"other\""));
        Assert.Equal((HttpStatusCode.OK, length), (other.StatusCode, other.Content.Headers.ContentLength));
        using var behind = await GetAsync(client, mixed.Mp3, new RangeHeaderValue(length, null));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, behind.StatusCode);
        Assert.Equal($"bytes */{length}", behind.Content.Headers.GetValues("Content-Range").Single());
        using var known = new HttpRequestMessage(HttpMethod.Get, mixed.Mp3);
        known.Headers.IfNoneMatch.Add(head.Headers.ETag!);
        using var notSent = await client.SendAsync(known);
        Assert.Equal(HttpStatusCode.NotModified, notSent.StatusCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7.1)]
    [InlineData(20.5)]
    [InlineData(41)]
    public async Task A_start_time_gives_the_rest_of_the_file_from_about_there(double from)
    {
        var mixed = await MixedPlaylist.GetAsync();
        var client = mixed.Shared.Platform.Client;
        var all = await client.GetByteArrayAsync(Path(mixed.Mp3));
        var address = FormattableString.Invariant($"{mixed.Mp3}?t={from}");
        using var response = await client.GetAsync(Path(address));
        var tail = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal(tail.Length, response.Content.Headers.ContentLength);
        Assert.Equal(all[^tail.Length..], tail);
        Assert.InRange(await Playing.PlayAsync(tail, allowErrors: true), MixedPlaylist.Seconds - from - 0.5, MixedPlaylist.Seconds - from + 0.6);
        using var part = await GetAsync(client, address, new RangeHeaderValue(5, 104));
        Assert.Equal(tail[5..105], await part.Content.ReadAsByteArrayAsync());
        using var whole = await HeadAsync(client, mixed.Mp3);
        Assert.Equal(from == 0, whole.Headers.ETag!.Equals(response.Headers.ETag));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("-Infinity")]
    [InlineData("1e3")]
    [InlineData("43.5")]
    [InlineData("99999999999999999999")]
    public async Task An_invalid_start_time_is_refused(string from)
    {
        var mixed = await MixedPlaylist.GetAsync();
        using var response = await mixed.Shared.Platform.Client.GetAsync(Path($"{mixed.Mp3}?t={from}"));
        Assert.NotNull((await response.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["t"]);
    }

    [Fact]
    public async Task While_a_track_is_being_transcoded_the_playlist_is_sent_completely_without_a_length()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var shared = mixed.Shared;
        // Long enough that the transcode takes longer than the first request.
        var odd = await shared.Dj.AddUploadAsync(await Pieces.Mp3Async("Odd", seconds: 900, kbps: 64, sampleRate: 24000, channels: 1));
        var usual = await shared.Dj.AddUploadAsync(await Pieces.Mp3Async("Long", seconds: 1000, kbps: 64));
        var id = await shared.Dj.AddPlaylistAsync([usual.Track(), odd.Track(), usual.Track()]);
        using var early = await shared.Platform.Client.GetAsync(Path($"/v1/playlists/{id}/stream.mp3"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, null), (early.StatusCode, early.Content.Headers.ContentLength));
        Assert.True(early.Headers.TransferEncodingChunked);
        Assert.Empty(early.Headers.AcceptRanges);
        var all = await early.Content.ReadAsByteArrayAsync();
        Assert.InRange(Playing.ReadFrames(all, 44100, 2).TotalSeconds, 2899, 2901);

        await shared.Dj.UntilBuiltAsync(id, MixedPlaylist.Built);
        using var late = await shared.Platform.Client.GetAsync(Path($"/v1/playlists/{id}/stream.mp3"));
        Assert.NotEqual(true, late.Headers.TransferEncodingChunked);
        Assert.Equal(all, Playing.WithoutDescription(await late.Content.ReadAsByteArrayAsync()));
    }

    [Fact]
    public async Task A_playlist_without_tracks_is_reported()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddPlaylistAsync([]);
        foreach (var file in new[] { "stream.mp3", "stream.m3u8" })
        {
            using var response = await shared.Platform.Client.GetAsync(Path($"/v1/playlists/{id}/{file}"));
            Assert.Equal("The playlist has no track that can be played", (string)(await response.ProblemAsync(HttpStatusCode.NotFound))["error"]!);
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, string path, RangeHeaderValue range, EntityTagHeaderValue? ifRange = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Range = range;
        if (ifRange is not null)
            request.Headers.IfRange = new RangeConditionHeaderValue(ifRange);
        return await client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> HeadAsync(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        return await client.SendAsync(request);
    }

    private static Uri Path(string path) => new(path, UriKind.Relative);
}
