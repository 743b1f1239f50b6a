using System.Collections.Immutable;
using System.Text;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;

namespace AudioOrleans.EndToEnd.Tests.Podcasts;

/// <summary>A real podcast client: Debian's podget, which downloads by wget.</summary>
internal static class Podget
{
    /// <summary>Subscribes to a feed and downloads its episodes; returns their files, and what it wrote.</summary>
    /// <param name="feed">The feed.</param>
    /// <param name="environment">Environment variables of wget.</param>
    public static async Task<(IReadOnlyList<byte[]> Files, string Log)> DownloadAsync(Uri feed, ImmutableDictionary<string, string?>? environment = null)
    {
        using var home = new TestFolder("podget");
        var settings = Directory.CreateDirectory(home["settings"]).FullName;
        var library = Directory.CreateDirectory(home["library"]).FullName;
        var session = Directory.CreateDirectory(home["session"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(settings, "serverlist"), $"{feed} talk Late hours\n");
        Task<ProcessResult> RunAsync(params string[] arguments) => ProcessRunner.RunAsync(
            new ProcessCommand("podget", ["-v", "-d", settings, .. arguments]) { Environment = (environment ?? ImmutableDictionary<string, string?>.Empty).SetItem("HOME", home.Path) },
            TimeSpan.FromMinutes(2), TimeProvider.System, Stream.Null, 4 * 1024 * 1024);
        await RunAsync("--create-config", "podgetrc"); // Without it the first run takes one file only.
        var result = await RunAsync("-l", library, "--dir_session", session);
        return (await Task.WhenAll(Directory.GetFiles(library, "*.mp3", SearchOption.AllDirectories).Select(file => File.ReadAllBytesAsync(file))), Encoding.UTF8.GetString(result.Output.Span));
    }
}
