using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.EndToEnd.Tests.Faults;

/// <summary>What a DJ notices when a worker dies while it prepares a file.</summary>
[Collection("one platform after the other")]
public sealed class UploadFaultTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_file_whose_worker_is_killed_twice_is_still_prepared_exactly_once()
    {
        using var folder = new TestFolder("upload-faults");
        // Encoding ten minutes of audio takes long enough to kill the worker meanwhile.
        await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", "-v", "error", "-nostdin", "-f", "lavfi", "-i", "anoisesrc=duration=600:seed=1:amplitude=0.3", "-ac", "2", folder["long.flac"]),
            TimeSpan.FromMinutes(1), TimeProvider.System);
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Jobs__Lease"] = "00:00:02" });
        using var dj = await Dj.RegisterAsync(platform);
        var upload = await UploadAsync(dj, folder["long.flac"]);
        for (var kill = 0; kill < 2; kill++)
        {
            await Eventually.That(async () => (int)(await GetAsync(dj, upload))["progress"]! > 0, Deadline, "the file is being worked on");
            Assert.Equal("processing", (string)(await GetAsync(dj, upload))["status"]!);
            await platform.KillAsync();
            await platform.StartAsync();
        }
        await Eventually.That(async () => (string)(await GetAsync(dj, upload))["status"]! != "processing", Deadline, "the file is ready or has failed");
        var ready = await GetAsync(dj, upload);
        Assert.Equal("ready", (string)ready["status"]!);
        Assert.InRange((double)ready["duration_seconds"]!, 599.5, 600.5);
        using var admin = await Dj.AdminAsync(platform);
        var stats = (await admin.Client.GetFromJsonAsync<JsonObject>(new Uri("/v1/admin/jobs/stats", UriKind.Relative)))!;
        var queue = stats["items"]!.AsArray().Single(item => (string)item!["queue"]! == "uploads")!;
        Assert.Equal((1, 0), ((int)queue["done_last_hour"]!, (int)queue["dead"]!));
    }

    private static async Task<Uri> UploadAsync(Dj dj, string path)
    {
        await using var file = File.OpenRead(path);
        using var audio = new StreamContent(file);
        audio.Headers.ContentType = new MediaTypeHeaderValue("audio/flac");
        using var form = new MultipartFormDataContent { { audio, "file", "long.flac" } };
        using var response = await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), form);
        response.EnsureSuccessStatusCode();
        return new Uri(response.Headers.Location!.ToString(), UriKind.Relative);
    }

    private static async Task<JsonObject> GetAsync(Dj dj, Uri upload) => (await dj.Client.GetFromJsonAsync<JsonObject>(upload))!;
}
