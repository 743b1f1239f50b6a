using System.Net;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Playlists;

public sealed class HlsTests
{
    [Fact]
    public async Task A_mixed_playlist_has_one_valid_manifest()
    {
        var mixed = await MixedPlaylist.GetAsync();
        using var response = await mixed.Shared.Platform.Client.GetAsync(Path(mixed.Hls));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/vnd.apple.mpegurl", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("*", response.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("no-cache", response.Headers.CacheControl!.ToString());
        var manifest = VodManifest.Read(await response.Content.ReadAsStringAsync());

        Assert.Equal(MixedPlaylist.Tracks, manifest.Segments.Select(segment => segment.Folder).Distinct().Count());
        Assert.Equal(MixedPlaylist.Tracks - 1, manifest.Discontinuities);
        for (var i = 0; i < manifest.Segments.Count; i++)
        {
            var isFurtherTrack = i > 0 && manifest.Segments[i].Folder != manifest.Segments[i - 1].Folder;
            Assert.Equal(isFurtherTrack, manifest.Segments[i].Discontinuity);
        }
        Assert.InRange(manifest.Duration, MixedPlaylist.Seconds - 0.2, MixedPlaylist.Seconds + 0.6); // An encoder adds up to two frames per track.
    }

    [Fact]
    public async Task Segments_of_a_playlist_are_as_long_as_those_of_the_upload()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var whole = VodManifest.Read(await mixed.Shared.Platform.Client.GetStringAsync(Path(mixed.Hls)));
        var alone = VodManifest.Read(await mixed.Shared.Dj.Client.GetStringAsync(Path($"/v1/uploads/audio/{mixed.Uploads[0]}/hls/manifest.m3u8")));
        var first = whole.Segments.TakeWhile(segment => segment.Folder == whole.Segments[0].Folder);
        Assert.Equal(alone.Segments.Select(segment => segment.Duration), first.Select(segment => segment.Duration));
    }

    [Fact]
    public async Task Every_segment_can_be_cached_publicly_for_ever()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var client = mixed.Shared.Platform.Client;
        var manifest = VodManifest.Read(await client.GetStringAsync(Path(mixed.Hls)));
        foreach (var segment in manifest.Segments)
        {
            var path = Path($"/v1/playlists/{mixed.Id}/{segment.Uri}");
            using var response = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("video/mp2t", response.Content.Headers.ContentType!.MediaType);
            Assert.Equal("public, max-age=31536000, immutable", response.Headers.GetValues("Cache-Control").Single());
            Assert.Equal(0, (await response.Content.ReadAsByteArrayAsync()).Length % 188);
            using var again = new HttpRequestMessage(HttpMethod.Get, path);
            again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
            using var same = await client.SendAsync(again);
            Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        }
    }

    [Fact]
    public async Task An_unchanged_manifest_is_not_sent_again()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var client = mixed.Shared.Platform.Client;
        using var first = await client.GetAsync(Path(mixed.Hls));
        using var again = new HttpRequestMessage(HttpMethod.Get, mixed.Hls);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var same = await client.SendAsync(again);
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);
        using var headRequest = new HttpRequestMessage(HttpMethod.Head, mixed.Hls);
        using var head = await client.SendAsync(headRequest);
        Assert.Equal(first.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("hls/00000000000000000000/source-00000.ts")]
    [InlineData("hls/{name}/source-99999.ts")]
    [InlineData("hls/{name}/source-00000.ts%0A")]
    [InlineData("hls/{name}/..%2F..%2Foriginal.mp3")]
    [InlineData("hls/{name}/manifest.m3u8")]
    [InlineData("hls/{name}/%00.ts")]
    public async Task A_file_that_the_manifest_does_not_list_is_not_found(string made)
    {
        var mixed = await MixedPlaylist.GetAsync();
        var manifest = VodManifest.Read(await mixed.Shared.Platform.Client.GetStringAsync(Path(mixed.Hls)));
        var name = manifest.Segments[0].Folder.Split('/')[1];
        using var response = await mixed.Shared.Platform.Client.GetAsync(Path($"/v1/playlists/{mixed.Id}/{made.Replace("{name}", name, StringComparison.Ordinal)}"));
        if (response.StatusCode != HttpStatusCode.BadRequest)
            await response.ProblemAsync(HttpStatusCode.NotFound);
        Assert.All(await mixed.Shared.Dj.TracksAsync(mixed.Id), track => Assert.Equal("ready", (string)track["status"]!));
    }

    [Fact]
    public void Durations_survive_repeated_parsing_and_rendering()
    {
        VodSegment[] segments = [.. Enumerable.Range(1, 6000).Select(ms => new VodSegment(TimeSpan.FromTicks(ms * TimeSpan.TicksPerMillisecond), $"{ms}.ts", ms % 7 == 0))];
        Assert.Equal(segments, VodPlaylist.Parse(VodPlaylist.Render(VodPlaylist.Parse(VodPlaylist.Render(segments)))));
    }

    [Fact]
    public async Task Ffmpeg_plays_a_playlist_to_the_end()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var seconds = await Playing.PlayAsync(new Uri(mixed.Shared.Platform.Url, mixed.Hls).ToString());
        Assert.InRange(seconds, MixedPlaylist.Seconds - 0.2, MixedPlaylist.Seconds + 0.6);
    }

    [Fact]
    public async Task Timestamps_continue_from_track_to_track_so_that_players_can_seek()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var url = new Uri(mixed.Shared.Platform.Url, mixed.Hls).ToString();
        var times = await Playing.TimestampsAsync(url);
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0.01, 0.06));
        Assert.InRange(times[^1] - times[0], MixedPlaylist.Seconds - 0.3, MixedPlaylist.Seconds + 0.6);
        for (var second = 3; second < MixedPlaylist.Seconds; second += 7)
            Assert.InRange(await Playing.PlayAsync(url, inputOptions: ["-ss", $"{second}", "-t", "1"]), 0.9, 1.1);
    }

    [Fact]
    public async Task Manifests_of_earlier_versions_without_a_start_time_can_still_be_played()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var client = mixed.Shared.Platform.Client;
        var segments = VodManifest.Read(await client.GetStringAsync(Path(mixed.Hls))).Segments;
        var (first, last) = (segments[0], segments[^1]);
        Assert.Equal(
            await client.GetByteArrayAsync(Path($"/v1/playlists/{mixed.Id}/{first.Uri}")),
            await client.GetByteArrayAsync(Path($"/v1/playlists/{mixed.Id}/{first.Media}/{first.Uri.Split('/')[^1]}")));
        Assert.NotEqual(
            await client.GetByteArrayAsync(Path($"/v1/playlists/{mixed.Id}/{last.Uri}")),
            await client.GetByteArrayAsync(Path($"/v1/playlists/{mixed.Id}/{last.Media}/{last.Uri.Split('/')[^1]}")));
        using var madeUp = await client.GetAsync(Path($"/v1/playlists/{mixed.Id}/{last.Media}-99999999999999/{last.Uri.Split('/')[^1]}"));
        await madeUp.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_range_of_a_segment_is_taken_from_the_segment_as_sent()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var client = mixed.Shared.Platform.Client;
        var segment = VodManifest.Read(await client.GetStringAsync(Path(mixed.Hls))).Segments[^1];
        var path = Path($"/v1/playlists/{mixed.Id}/{segment.Uri}");
        var whole = await client.GetByteArrayAsync(path);
        foreach (var (from, to) in new[] { (0, 0), (376 + 15, 376 + 19), (1, whole.Length - 2), (whole.Length - 100, whole.Length - 1) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Range = new(from, to);
            using var part = await client.SendAsync(request);
            Assert.Equal((from, to, whole.Length), Playing.ContentRange(part));
            Assert.Equal(whole[from..(to + 1)], await part.Content.ReadAsByteArrayAsync());
        }
    }

    private static Uri Path(string path) => new(path, UriKind.Relative);
}
