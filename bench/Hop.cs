using AudioOrleans.Bench.Load;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Bench;

/// <summary>Playlists and segments through a gateway in another process than the silo that relays, beside both in one process.</summary>
internal sealed class Hop : IBenchmark
{
    private const int Rounds = 5;

    public string Name => "hop";

    public string What => $"requests per second, wrk -t2 -c64, HTTP/1.1 keep-alive, {Rounds} alternating rounds of {Wrk.Seconds} s each, medians";

    public async Task RunAsync(Table table)
    {
        await using var stage = await Stage.SetAsync();
        var here = await stage.AddStreamAsync();
        await stage.UntilPlayableAsync(here);
        await using var cluster = await ClusterProcess.StartAsync(silos: 1, gateways: 1);
        var gateway = cluster.Gateways.Single();
        using var dj = await Dj.RegisterAsync(gateway.Url);
        var there = await dj.AddStreamAsync(stage.Icecast.Url, Stage.Mount);
        (await gateway.Client.GetAsync(Stage.Path(there, "live.m3u8"))).EnsureSuccessStatusCode().Dispose();

        foreach (var (what, target, file) in new (string, double, Func<HttpClient, Guid, Task<string>>)[]
                 {
                     ("playlist", 0.7, (_, _) => Task.FromResult("live.m3u8")),
                     ("segment", 0.7, NewestSegmentAsync),
                 })
        {
            List<Rate> one = [], two = [];
            for (var round = 0; round <= Rounds; round++)
            {
                var together = await Wrk.RunAsync(new Uri(stage.Platform.Url, Stage.Path(here, await file(stage.Platform.Client, here))), null, [stage.Platform.ProcessId]);
                var apart = await Wrk.RunAsync(new Uri(gateway.Url, Stage.Path(there, await file(gateway.Client, there))), null, [gateway.ProcessId, cluster.Silos.Single().ProcessId]);
                if (round == 0)
                    continue; // Compiles the code on the way.
                one.Add(together);
                two.Add(apart);
            }
            table.Add($"{what}: gateway and silo in one process", Rate.Text(one));
            table.Add($"{what}: gateway in another process", Rate.Text(two));
            table.AtLeast($"{what}: apart / together", target, two.Zip(one, (apart, together) => apart.PerSecond / together.PerSecond).Median(), "");
        }
    }

    private static async Task<string> NewestSegmentAsync(HttpClient client, Guid stream) =>
        (await client.GetStringAsync(Stage.Path(stream, "live.m3u8"))).Split('\n').Last(line => line.StartsWith("segments/", StringComparison.Ordinal));
}
