using AudioOrleans.Bench.Load;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.Testing;

namespace AudioOrleans.Bench;

/// <summary>Playlists and segments through the gateway, beside nginx with the same bytes on disk.</summary>
internal sealed class LiveRequests : IBenchmark
{
    private const int Rounds = 5;

    /// <summary>Each request as one of 50,000 players. Query strings are nothing to nginx; the script costs both sides the same.</summary>
    private const string Sessions = """
        math.randomseed(os.time())
        request = function() return wrk.format(nil, wrk.path .. "?session=player-" .. math.random(50000)) end
        """;

    public string Name => "live-requests";

    public string What => $"requests per second, wrk -t2 -c64, HTTP/1.1 keep-alive, {Rounds} alternating rounds of {Wrk.Seconds} s each, medians";

    public async Task RunAsync(Table table)
    {
        using var folder = new TestFolder("nginx");
        await using var stage = await Stage.SetAsync();
        var stream = await stage.AddStreamAsync();
        await stage.UntilPlayableAsync(stream);
        await using var nginx = await NginxServer.StartAsync(folder);
        var script = folder["sessions.lua"];
        await File.WriteAllTextAsync(script, Sessions);

        await CompareAsync("playlist, one player", 0.9, async () => await CopyAsync("live.m3u8"), null);
        await CompareAsync("playlist, 50,000 players", 0.9, async () => await CopyAsync("live.m3u8"), script);
        await CompareAsync("segment", 0.35, async () => await CopyAsync(await NewestSegmentAsync()), null);

        async Task CompareAsync(string what, double target, Func<Task<(string File, int Length)>> copy, string? lua)
        {
            List<Rate> ours = [], theirs = [];
            int[] platform = [stage.Platform.ProcessId];
            await Wrk.RunAsync(new Uri(stage.Platform.Url, Stage.Path(stream, (await copy()).File)), lua, platform); // Compiles the code on the way.
            var length = 0;
            for (var round = 0; round < Rounds; round++)
            {
                (var file, length) = await copy();
                ours.Add(await Wrk.RunAsync(new Uri(stage.Platform.Url, Stage.Path(stream, file)), lua, platform));
                theirs.Add(await Wrk.RunAsync(new Uri(nginx.Url, "/" + file), lua, nginx.Workers));
            }
            table.Add($"{what} ({length:#,0} bytes): platform", $"{Rate.Text(ours)}");
            table.Add($"{what}: nginx", $"{Rate.Text(theirs)}");
            table.AtLeast($"{what}: platform / nginx", target, ours.Zip(theirs, (one, other) => one.PerSecond / other.PerSecond).Median(), "");
        }

        // What the platform serves now, as a file of nginx'.
        async Task<(string File, int Length)> CopyAsync(string file)
        {
            var bytes = await stage.Platform.Client.GetByteArrayAsync(Stage.Path(stream, file));
            var path = Path.Combine(nginx.Root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, bytes);
            return (file, bytes.Length);
        }

        async Task<string> NewestSegmentAsync() =>
            (await stage.Platform.Client.GetStringAsync(Stage.Path(stream, "live.m3u8"))).Split('\n').Last(line => line.StartsWith("segments/", StringComparison.Ordinal));
    }
}
