using AudioOrleans.Cluster.Tests.Support;
using AudioOrleans.Persistence;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Dapper;
using Xunit.Abstractions;

namespace AudioOrleans.Cluster.Tests.OnDemand;

/// <summary>Uploads and playlists in a cluster whose silos and gateways are separate processes that share one folder of objects.</summary>
[Collection("one cluster at a time")]
public sealed class FileTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private readonly TestFolder _objects = new("cluster-objects");
    private ClusterProcess _cluster = null!;
    private Dj _first = null!;
    private Dj _second = null!;

    public async Task InitializeAsync()
    {
        _cluster = await ClusterProcess.StartAsync(silos: 2, gateways: 2, new Dictionary<string, string?>
            {
                ["Objects__Folder"] = _objects.Path,
                ["Jobs__Lease"] = "00:00:03",
                ["Jobs__Drain"] = "00:00:00.5", // Too short to finish a file.
            });
        _first = await Dj.RegisterAsync(_cluster.Gateways[0].Url);
        _second = _first.At(_cluster.Gateways[1].Url);
    }

    public async Task DisposeAsync()
    {
        output.WriteLine(_cluster.LogTails);
        _first.Dispose();
        _second.Dispose();
        await _cluster.DisposeAsync();
    }

    public void Dispose() => _objects.Dispose();

    [Fact]
    public async Task A_playlist_of_uploads_to_one_gateway_plays_at_every_gateway()
    {
        await using var web = WebFiles.Start();
        web.Put("/outside.mp3", await File.ReadAllBytesAsync(await Pieces.Mp3Async("Outside", seconds: 3)));
        var uploads = await Task.WhenAll(
            (await Task.WhenAll(Pieces.Mp3Async("One", seconds: 4), Pieces.FlacAsync("Two", seconds: 5), Pieces.Mp3Async("Three", seconds: 6, channels: 1)))
            .Select(_first.AddUploadAsync));
        var playlist = await _second.AddPlaylistAsync([.. uploads.Select(upload => upload.Track()), web.UrlOf("/outside.mp3").Track()]);
        await _first.UntilBuiltAsync(playlist, ClusterScene.Deadline);
        Assert.Equal(["One", "Two", "Three", "Outside"], (await _first.TracksAsync(playlist)).Select(track => (string)track["title"]!));
        await _second.UntilBuiltAsync(playlist, ClusterScene.Deadline);

        var mp3s = await Task.WhenAll(_cluster.Gateways.Select(gateway => gateway.Client.GetByteArrayAsync(new Uri($"/v1/playlists/{playlist}/stream.mp3", UriKind.Relative))));
        Assert.Equal(mp3s[0], mp3s[1]);
        foreach (var gateway in _cluster.Gateways)
        {
            Assert.InRange(await PlayAsync(new Uri(gateway.Url, $"/v1/playlists/{playlist}/stream.mp3")), 17.9, 18.6);
            Assert.InRange(await PlayAsync(new Uri(gateway.Url, $"/v1/playlists/{playlist}/stream.m3u8")), 17.9, 18.6);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_a_silo_is_killed_or_stopped_during_a_preparation_another_silo_prepares_the_upload(bool killed)
    {
        using var folder = new TestFolder("long");
        // Encoding ten minutes of audio takes long enough to lose the silo in the meantime.
        await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "anoisesrc=duration=600:seed=1:amplitude=0.3", "-ac", "2", folder["long.flac"]),
            TimeSpan.FromMinutes(1), TimeProvider.System);
        var upload = await _first.SendUploadAsync(folder["long.flac"]);
        await Eventually.That(async () => (int)(await _first.GetAsync($"/v1/uploads/audio/{upload}"))["progress"]! > 0, ClusterScene.Deadline, "the upload is being prepared");
        var lost = await WorkerAsync();
        var started = TimeProvider.System.GetTimestamp();
        if (killed)
            await lost.KillAsync();
        else
            Assert.Equal(0, (await lost.StopAsync()).ExitCode);
        await Eventually.That(
            async () => (string)(await _second.GetAsync($"/v1/uploads/audio/{upload}"))["status"]! != "processing", ClusterScene.Deadline, "the preparation has ended");
        output.WriteLine($"prepared after {ClusterScene.Seconds(ClusterScene.Since(started))}");
        var ready = await _second.GetAsync($"/v1/uploads/audio/{upload}");
        Assert.Equal("ready", (string)ready["status"]!);
        Assert.InRange((double)ready["duration_seconds"]!, 599.5, 600.5);
        Assert.NotSame(lost, await WorkerAsync());
    }

    /// <summary>The silo that prepares the file, or that prepared it.</summary>
    private async Task<MemberProcess> WorkerAsync()
    {
        await using var database = new AudioDatabase(_cluster.ConnectionString);
        var worker = await database.RunAsync(connection => connection.ExecuteScalarAsync<string>("SELECT worker FROM jobs WHERE queue = 'uploads'"));
        return _cluster.Silos.Single(silo => worker!.EndsWith($"/{silo.ProcessId}", StringComparison.Ordinal));
    }

    /// <summary>Plays an address to its end with ffmpeg; returns the seconds of audio.</summary>
    private static async Task<double> PlayAsync(Uri address)
    {
        var played = await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", "-v", "error", "-nostdin", "-i", address.ToString(), "-map", "0:a:0", "-ac", "1", "-ar", "8000", "-f", "s16le", "-"),
            TimeSpan.FromMinutes(1), TimeProvider.System);
        return played.Output.Length / 2 / 8000.0;
    }
}
