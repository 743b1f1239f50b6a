using System.Text.Json.Nodes;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Descriptions;

public sealed class PostmanRunTests
{
    [Fact]
    public async Task The_collection_runs_from_top_to_bottom_on_a_fresh_platform()
    {
        var shared = await SharedPlatform.GetAsync();
        await using var platform = await PlatformProcess.StartAsync();
        using var folder = new TestFolder("postman");
        var newman = Path.Combine(AppContext.BaseDirectory, "clients", "node_modules", "newman", "bin", "newman.js");
        var command = new ProcessCommand(
            "node", newman, "run", ApiDocument.PathOf("docs/postman_collection.json"), "--suppress-exit-code", "--reporters", "json", "--reporter-json-export", folder["report.json"],
            "--env-var", $"base_url={platform.Url.GetLeftPart(UriPartial.Authority)}", "--env-var", $"audio_file={await Tone.Mp3Async(seconds: 15)}", "--env-var", $"source_url={shared.Icecast.Url.GetLeftPart(UriPartial.Authority)}",
            "--env-var", $"admin_email={Dj.AdminEmail}", "--env-var", $"admin_password={Dj.Password}");
        await ProcessRunner.RunAsync(command, TimeSpan.FromMinutes(3), TimeProvider.System);
        var run = JsonNode.Parse(await File.ReadAllTextAsync(folder["report.json"]))!["run"]!;
        var failures = run["failures"]!.AsArray().Select(failure => $"{failure!["source"]?["name"]}: {failure["error"]?["message"]}");
        Assert.Equal([], failures);
        Assert.True((int)run["stats"]!["assertions"]!["total"]! > 35);
    }
}
