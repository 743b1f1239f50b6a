using System.Net;
using System.Net.Http.Json;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Playlists;

[Trait("Speed", "slow")]
public sealed class GaplessTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly double[] Cuts = [13.371, 27.482];

    private readonly TestFolder _folder = new("album");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_tone_in_three_uploads_plays_without_gaps_in_MP3_and_HLS()
    {
        var shared = await SharedPlatform.GetAsync();
        var (one, two, three) = (await AddAsync(shared.Dj, "mp3", 0, Cuts[0]), await AddAsync(shared.Dj, "flac", Cuts[0], Cuts[1]), await AddAsync(shared.Dj, "m4a", Cuts[1], 40));
        var id = await shared.Dj.AddPlaylistAsync([one.Track(), two.Track(), three.Track()]);
        var (hls, mp3) = (new Uri(shared.Platform.Url, $"/v1/playlists/{id}/stream.m3u8"), new Uri(shared.Platform.Url, $"/v1/playlists/{id}/stream.mp3"));
        await JoinedAsync(shared, hls);
        await shared.Dj.UntilBuiltAsync(id, Deadline);

        var whole = await shared.Platform.Client.GetByteArrayAsync(mp3);
        Assert.InRange(Playing.ReadFrames(Playing.WithoutDescription(whole), 44100, 2).TotalSeconds, 40, 40.15);
        Assert.InRange(await Playing.PlayAsync(mp3.ToString()), 39.9, 40.15);
        Assert.Null(UnbrokenTone.FindBreak(await UnbrokenTone.DecodeAsync(mp3.ToString()), 44100, 39.9, Cuts));
        Assert.InRange(await Playing.PlayAsync(hls.ToString()), 39.9, 40.15);
        Assert.Null(UnbrokenTone.FindBreak(await UnbrokenTone.DecodeAsync(hls.ToString()), 44100, 39.9, Cuts));
        var times = await Playing.TimestampsAsync(hls.ToString());
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 0.025, 0.028));

        // In another order none of these joins is used, and players of the old manifest can continue.
        var former = VodManifest.Read(await shared.Platform.Client.GetStringAsync(hls));
        using var changed = await shared.Dj.Client.PatchAsJsonAsync($"/v1/playlists/{id}", new { tracks = new[] { three.Track(), one.Track() } });
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        await Eventually.That(async () => VodManifest.Read(await shared.Platform.Client.GetStringAsync(hls)).Duration < 30, Deadline, "the playlist is built");
        await JoinedAsync(shared, hls);
        foreach (var segment in former.Segments)
        {
            using var kept = await shared.Platform.Client.GetAsync(new Uri($"/v1/playlists/{id}/{segment.Uri}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        }
        Assert.InRange(await Playing.PlayAsync(mp3.ToString()), 25.7, 26.1);
    }

    [Fact]
    public async Task A_single_track_keeps_all_its_frames()
    {
        var shared = await SharedPlatform.GetAsync();
        var upload = await AddAsync(shared.Dj, "mp3", 0, 9);
        var id = await shared.Dj.AddPlaylistAsync([upload.Track()]);
        await shared.Dj.UntilBuiltAsync(id, Deadline);
        var file = await File.ReadAllBytesAsync(_folder["0.mp3"]);
        var heard = Playing.WithoutDescription(await shared.Platform.Client.GetByteArrayAsync(new Uri($"/v1/playlists/{id}/stream.mp3", UriKind.Relative)));
        Assert.Equal(file.TakeLast(heard.Length), heard);
        Assert.True(IsTagAndFrame(file.AsSpan()[..^heard.Length]), "only the tag and the frame that describes the file are left out");
    }

    [Fact]
    public async Task A_lost_join_is_made_again()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddPlaylistAsync([(await AddAsync(shared.Dj, "mp3", 0, 9)).Track(), (await AddAsync(shared.Dj, "mp3", 9, 18)).Track()]);
        var (hls, mp3) = (new Uri(shared.Platform.Url, $"/v1/playlists/{id}/stream.m3u8"), new Uri(shared.Platform.Url, $"/v1/playlists/{id}/stream.mp3"));
        await JoinedAsync(shared, hls);
        await shared.Dj.UntilBuiltAsync(id, Deadline);
        var whole = await shared.Platform.Client.GetByteArrayAsync(mp3);
        Directory.Delete(Path.Combine(shared.Platform.DataFolder, "objects", "playlists", id.ToString("D"), "joins"), recursive: true);
        await shared.Platform.Client.GetAsync(mp3);
        await Eventually.That(
            async () =>
            {
                using var answer = await shared.Platform.Client.GetAsync(mp3);
                return answer.IsSuccessStatusCode && (await answer.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(whole);
            },
            Deadline, "the MP3 is the same again");
    }

    private static bool IsTagAndFrame(ReadOnlySpan<byte> bytes)
    {
        var frame = bytes[bytes.IndexOf((byte)0xFF)..];
        return FrameHeader.TryRead(frame, out var header) && header.Length == frame.Length;
    }

    private static Task JoinedAsync(SharedPlatform shared, Uri hls) => Eventually.That(
        async () =>
        {
            using var answer = await shared.Platform.Client.GetAsync(hls);
            return answer.IsSuccessStatusCode && VodManifest.Read(await answer.Content.ReadAsStringAsync()).Discontinuities == 0;
        },
        Deadline, "all tracks are joined");

    private async Task<Guid> AddAsync(Dj dj, string extension, double from, double to)
    {
        var path = _folder[$"{(int)from}.{extension}"];
        await UnbrokenTone.WriteAsync(path, "-b:a 128k", from, to - from);
        return await dj.AddUploadAsync(path);
    }
}
