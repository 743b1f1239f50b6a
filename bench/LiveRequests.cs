using System.Globalization;
using System.Text.RegularExpressions;
using Audio.Orleans.Bench.Measuring;
using Audio.Orleans.RelayHost.Processes;
using Audio.Orleans.Testing;

namespace Audio.Orleans.Bench;

/// <summary>Playlists and segments through the gateway, beside nginx with the same bytes on disk.</summary>
internal sealed partial class LiveRequests : IBenchmark
{
    private const int Rounds = 5;
    private const int Seconds = 5;

    /// <summary>Each request as one of 50,000 players. Query strings are nothing to nginx; the script costs both sides the same.</summary>
    private const string Sessions = """
        math.randomseed(os.time())
        request = function() return wrk.format(nil, wrk.path .. "?session=player-" .. math.random(50000)) end
        """;

    public string Name => "live-requests";

    public string What => $"requests per second, wrk -t2 -c64, HTTP/1.1 keep-alive, {Rounds} alternating rounds of {Seconds} s each, medians";

    public async Task RunAsync(Table table)
    {
        using var folder = new TestFolder("nginx");
        await using var stage = await Stage.SetAsync();
        var stream = await stage.AddStreamAsync();
        await stage.UntilPlayableAsync(stream);
        await using var nginx = await NginxServer.StartAsync(folder);
        var script = folder["sessions.lua"];
        await File.WriteAllTextAsync(script, Sessions);

        await CompareAsync("playlist, one player", 0.6, async () => await CopyAsync("live.m3u8"), null);
        await CompareAsync("playlist, 50,000 players", 0.6, async () => await CopyAsync("live.m3u8"), script);
        await CompareAsync("segment", 0.35, async () => await CopyAsync(await NewestSegmentAsync()), null);

        async Task CompareAsync(string what, double target, Func<Task<(string File, int Length)>> copy, string? lua)
        {
            List<Rate> ours = [], theirs = [];
            int[] platform = [stage.Platform.ProcessId];
            await WrkAsync(new Uri(stage.Platform.Url, Stage.Path(stream, (await copy()).File)), lua, platform); // Compiles the code on the way.
            var length = 0;
            for (var round = 0; round < Rounds; round++)
            {
                (var file, length) = await copy();
                ours.Add(await WrkAsync(new Uri(stage.Platform.Url, Stage.Path(stream, file)), lua, platform));
                theirs.Add(await WrkAsync(new Uri(nginx.Url, "/" + file), lua, nginx.Workers));
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

    /// <summary>Throws unless every answer was a success.</summary>
    private static async Task<Rate> WrkAsync(Uri url, string? script, int[] server)
    {
        var before = Usage.Of(server);
        var run = await ProcessRunner.RunAsync(
            new ProcessCommand("wrk", ["-t2", "-c64", $"-d{Seconds}s", .. script is null ? Array.Empty<string>() : ["-s", script], url.ToString()]),
            TimeSpan.FromSeconds(Seconds + 20), TimeProvider.System);
        if (run.Text.Contains("Non-2xx", StringComparison.Ordinal) || run.Text.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException($"Requests to {url} failed:\n{run.Text}");
        var cpu = Usage.Of(server).Cpu - before.Cpu;
        return new Rate(Number(RequestRate(), run.Text), cpu.TotalMicroseconds / Number(RequestCount(), run.Text));
    }

    private static double Number(Regex pattern, string text) => double.Parse(pattern.Match(text).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex RequestCount();

    [GeneratedRegex(@"Requests/sec:\s*([\d.]+)")]
    private static partial Regex RequestRate();

    /// <summary>What a server did, and how long it had a core for each request: the second hardly depends on who else wants the cores.</summary>
    private sealed record Rate(double PerSecond, double Microseconds)
    {
        public static string Text(List<Rate> rates) =>
            $"{Table.Text(rates.Select(rate => rate.PerSecond).Median())} /s, {Table.Text(rates.Select(rate => rate.Microseconds).Median())} us CPU each";
    }
}
