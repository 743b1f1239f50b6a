using System.Collections.Immutable;
using System.Text;
using Audio.Orleans.RelayHost.Processes;
using Audio.Orleans.Testing.Audio;
using Audio.Orleans.Testing.Platforms;

namespace Audio.Orleans.EndToEnd.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public async Task The_first_five_minutes_go_as_the_readme_says()
    {
        await using var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/live", await Tone.Mp3Async());
        await using var platform = await PlatformProcess.StartAsync();
        var command = new ProcessCommand("bash", "-euo", "pipefail", "-c", await LinesAsync(0))
        {
            Environment = ImmutableDictionary<string, string?>.Empty.Add("API", $"{platform.Url}v1").Add("SOURCE", icecast.Url.ToString()),
        };
        var run = await ProcessRunner.RunAsync(command, TimeSpan.FromMinutes(1), TimeProvider.System);
        var said = Encoding.UTF8.GetString(run.Output.Span);
        Assert.Contains("\"role\":\"dj\"", said, StringComparison.Ordinal);
        Assert.Contains("\"current_track\"", said, StringComparison.Ordinal);
        Assert.Equal(3, said.Split("#EXTINF").Length - 1);
        Assert.Contains("\"kind\":\"live\"", said, StringComparison.Ordinal);
        Assert.Contains("\"updated_fields\":[\"visibility\"]", said, StringComparison.Ordinal);
        Assert.DoesNotContain("\"error\"", said, StringComparison.Ordinal);
        var audio = said.Split('\n').Single(line => line.Contains("live.mp3?token=", StringComparison.Ordinal));
        // The player's address works although the session is over: the token belongs to the key.
        using var heard = await platform.Client.GetAsync(new Uri(audio.Trim(), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("audio/mpeg", heard.Content.Headers.ContentType?.MediaType);
    }

    private static async Task<string> LinesAsync(int block)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "README.md")))
            folder = folder.Parent!;
        var text = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "README.md"));
        return text.Split("```bash\n")[1 + block].Split("```")[0];
    }
}
