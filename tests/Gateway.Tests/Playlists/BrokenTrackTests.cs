using System.Net;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Playlists;

/// <summary>Files that disappear from the store without the platform's knowledge.</summary>
public sealed class BrokenTrackTests
{
    private const double Piece = 3;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_MP3_skips_a_track_whose_file_is_missing_and_sends_the_rest()
    {
        var scene = await Scene.MakeAsync("Mp3");
        Directory.Delete(scene.FolderOf(scene.Uploads[1]), recursive: true);
        using var response = await scene.Platform.Client.GetAsync(scene.Path("stream.mp3"));
        Assert.Equal((HttpStatusCode.OK, true), (response.StatusCode, response.Headers.TransferEncodingChunked)); // The length is not known in advance.
        Assert.InRange(Playing.ReadFrames(await response.Content.ReadAsByteArrayAsync(), 44100, 2).TotalSeconds, 2 * Piece, (2 * Piece) + 0.2);
        await scene.LeftOutAsync(1);

        using var later = await scene.Platform.Client.GetAsync(scene.Path("stream.mp3"));
        Assert.NotEqual(true, later.Headers.TransferEncodingChunked);
        Assert.InRange(Playing.ReadFrames(Playing.WithoutDescription(await later.Content.ReadAsByteArrayAsync()), 44100, 2).TotalSeconds, 2 * Piece, (2 * Piece) + 0.2);
    }

    [Fact]
    public async Task After_a_file_that_is_shorter_than_announced_no_other_track_follows()
    {
        var scene = await Scene.MakeAsync("Cut");
        var whole = await scene.Platform.Client.GetByteArrayAsync(scene.Path("stream.mp3"));
        foreach (var file in Directory.EnumerateFiles(scene.FolderOf(scene.Uploads[1]), "*.mp3", SearchOption.AllDirectories))
        {
            await using var cut = File.OpenWrite(file);
            cut.SetLength(cut.Length / 2);
        }
        using var response = await scene.Platform.Client.GetAsync(scene.Path("stream.mp3"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, whole.Length), (response.StatusCode, response.Content.Headers.ContentLength));
        using var received = new MemoryStream();
        await Assert.ThrowsAnyAsync<IOException>(async () => await (await response.Content.ReadAsStreamAsync()).CopyToAsync(received));
        Assert.InRange(received.Length, 1, whole.Length * 2 / 3);
        Assert.Equal(whole[..(int)received.Length], received.ToArray());
    }

    [Fact]
    public async Task A_track_with_a_missing_segment_is_left_out_of_the_next_manifest()
    {
        var scene = await Scene.MakeAsync("Hls");
        var manifest = VodManifest.Read(await scene.Platform.Client.GetStringAsync(scene.Path("stream.m3u8")));
        Directory.Delete(scene.FolderOf(scene.Uploads[2]), recursive: true);
        using var madeUp = await scene.Platform.Client.GetAsync(scene.Path(manifest.Segments[0].Folder + "/source-77777.ts"));
        await madeUp.ProblemAsync(HttpStatusCode.NotFound);
        Assert.All(await scene.Dj.TracksAsync(scene.Id), track => Assert.Equal("ready", (string)track["status"]!));

        using var gone = await scene.Platform.Client.GetAsync(scene.Path(manifest.Segments[^1].Uri));
        await gone.ProblemAsync(HttpStatusCode.NotFound);
        Assert.True(gone.Headers.CacheControl!.NoStore);
        await scene.LeftOutAsync(2);
    }

    [Fact]
    public async Task The_files_of_a_playlist_are_rebuilt_when_they_are_missing()
    {
        var mono = await (await SharedPlatform.GetAsync()).Dj.AddUploadAsync(await Pieces.Mp3Async("Odd one", Piece, sampleRate: 22050, channels: 1));
        var scene = await Scene.MakeAsync("Built", mono);
        var before = await scene.Platform.Client.GetByteArrayAsync(scene.Path("stream.mp3"));
        Directory.Delete(Path.Combine(scene.Platform.DataFolder, "objects", "playlists", scene.Id.ToString("D")), recursive: true);
        // The first request gets what exists; no track is reported as broken.
        await scene.Platform.Client.GetByteArrayAsync(scene.Path("stream.mp3"));
        await scene.Dj.UntilBuiltAsync(scene.Id, MixedPlaylist.Built);
        Assert.Equal(before, await scene.Platform.Client.GetByteArrayAsync(scene.Path("stream.mp3")));
        Assert.All(await scene.Dj.TracksAsync(scene.Id), track => Assert.Equal("ready", (string)track["status"]!));
    }

    private sealed record Scene(PlatformProcess Platform, Dj Dj, Guid Id, Guid[] Uploads)
    {
        public static async Task<Scene> MakeAsync(string name, params Guid[] more)
        {
            var shared = await SharedPlatform.GetAsync();
            var uploads = new List<Guid>();
            for (var i = 0; i < 3; i++)
                uploads.Add(await shared.Dj.AddUploadAsync(await Pieces.Mp3Async($"{name} {i}", Piece)));
            var id = await shared.Dj.AddPlaylistAsync([.. uploads.Concat(more).Select(upload => upload.Track())]);
            await shared.Dj.UntilBuiltAsync(id, MixedPlaylist.Built);
            return new Scene(shared.Platform, shared.Dj, id, [.. uploads]);
        }

        public Uri Path(string file) => new($"/v1/playlists/{Id}/{file}", UriKind.Relative);

        /// <summary>The folder of an upload's files.</summary>
        public string FolderOf(Guid upload) => Directory.EnumerateDirectories(
            System.IO.Path.Combine(Platform.DataFolder, "objects"), upload.ToString("D"), SearchOption.AllDirectories).Single();

        /// <summary>Waits until a track is left out, and checks that its owner and the log show why.</summary>
        public async Task LeftOutAsync(int index)
        {
            var tracks = await Dj.TracksAsync(Id);
            Assert.Equal(Enumerable.Range(0, 3).Select(i => i == index ? "failed" : "ready"), tracks.Select(track => (string)track["status"]!));
            Assert.Equal("The track's file can no longer be read.", (string)tracks[index]["error"]!);
            var trackId = (string)tracks[index]["track_id"]!;
            await Platform.LogWithAsync(trackId, "is skipped");
            await Eventually.That(
                async () => VodManifest.Read(await Platform.Client.GetStringAsync(Path("stream.m3u8"))).Discontinuities == 1, Deadline, "the next manifest has two tracks");
            await Dj.UntilBuiltAsync(Id, MixedPlaylist.Built);
            Assert.InRange(await Playing.PlayAsync(new Uri(Platform.Url, Path("stream.m3u8")).ToString()), 2 * Piece, (2 * Piece) + 0.3);
        }
    }
}
