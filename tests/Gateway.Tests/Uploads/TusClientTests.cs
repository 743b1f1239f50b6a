using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>Uploads with tus-js-client, which most tools embed.</summary>
public sealed class TusClientTests
{
    [Fact]
    public async Task Tus_js_client_can_abort_resume_and_terminate_an_upload()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var folder = new TestFolder("tus-client");
        var path = await Tone.NoiseMp3Async(seconds: 30);
        var script = Path.Combine(AppContext.BaseDirectory, "clients", "tus.mjs");
        var command = new ProcessCommand("node", script, new Uri(shared.Platform.Url, Tus.Path).ToString(), (string)dj.Tokens["access_token"]!, path, folder.Path);
        var seen = JsonNode.Parse((await ProcessRunner.RunAsync(command, TimeSpan.FromMinutes(1), TimeProvider.System)).Text)!;

        Assert.Equal([65536, 131072], seen["chunks"]!.AsArray().Select(chunk => (int)chunk!));
        Assert.Equal(1, (int)seen["offered"]!);
        Assert.InRange((int)seen["resumedAt"]!, 131072, 196608); // The chunk in transit may have arrived.
        foreach (var id in new[] { (Guid)seen["id"]!, (Guid)seen["whole"]! })
        {
            var upload = await dj.UntilReadyAsync(id);
            Assert.Equal("set.mp3", (string)upload["file_name"]!);
            Assert.Equal(SHA256.HashData(await File.ReadAllBytesAsync(path)), SHA256.HashData(await dj.Client.GetByteArrayAsync(new Uri(Uploading.PathOf(id, "/original.mp3"), UriKind.Relative))));
        }
        Assert.Null(await dj.OffsetAsync((Guid)seen["takenBack"]!));
    }
}
