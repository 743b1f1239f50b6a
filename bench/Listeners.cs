using System.Text.Json;
using AudioOrleans.Bench.Load;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.Bench;

/// <summary>Progressive listeners: 5,000 on one stream, beside Icecast with the same 5,000 and the same source.</summary>
internal sealed class Listeners : IBenchmark
{
    private const int Count = 5000;
    private const int Rounds = 2;
    private const int FileSeconds = 1200;

    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(60);

    public string Name => "listeners";

    public string What => $"{Count:#,0} progressive MP3 listeners (128 kbit/s) on one stream for {Hold.TotalSeconds:0} s, {Rounds} rounds, Icecast after each with the same load";

    public async Task RunAsync(Table table)
    {
        var file = await Tone.NoiseMp3Async(Stage.Rate / 125, FileSeconds);
        await using var stage = await Stage.SetAsync(clients: Count + 200, file);
        var stream = await stage.AddStreamAsync();
        await stage.UntilPlayableAsync(stream);
        var path = Stage.Path(stream, "live.mp3").ToString();
        await RunOnceAsync(stage.Platform.Port, path, 200, TimeSpan.FromSeconds(5), file, stage.Platform.ProcessId); // Compiles the code on the way.

        List<Round> platform = [], icecast = [];
        for (var round = 0; round < Rounds; round++)
        {
            platform.Add(await RunOnceAsync(stage.Platform.Port, path, Count, Hold, file, stage.Platform.ProcessId));
            icecast.Add(await RunOnceAsync(stage.Icecast.Port, Stage.Mount, Count, Hold, file, stage.Icecast.ProcessId));
        }
        // The first round tells the memory: later ones find what the first has left to be used again.
        var first = platform[0];
        table.AtLeast("listeners that heard it", Count, platform.Min(round => round.Heard.Joined), "");
        table.AtMost("dropped", 0, platform.Sum(round => round.Heard.Dropped), "");
        table.AtMost("gaps: bytes other than those that follow in the file", 0, platform.Sum(round => round.Heard.Gaps), "");
        table.AtLeast("audio that the worst listener got", Hold.TotalSeconds - 2, platform.Min(round => round.Heard.LeastSeconds), "s");
        table.AtMost("memory per listener (the process' resident growth)", 50, first.Memory / 1024 / Count, "KiB");
        table.Add("kernel's TCP buffers per listener, both ends of the connection", $"{Table.Text(first.Kernel / 1024 / Count)} KiB");
        table.Add("CPU, platform", $"{Table.Text(platform.Select(round => round.Percent).Median())} % of a core");
        table.Add("CPU, Icecast", $"{Table.Text(icecast.Select(round => round.Percent).Median())} % of a core");
        table.AtMost("platform / Icecast, CPU", 1, platform.Select(round => round.Percent).Median() / icecast.Select(round => round.Percent).Median(), "");
        table.Add("Icecast: dropped, gaps", $"{icecast.Sum(round => round.Heard.Dropped)}, {icecast.Sum(round => round.Heard.Gaps)}");
        table.Add("Icecast: memory per listener", $"{Table.Text(icecast[0].Memory / 1024 / Count)} KiB");
    }

    private static async Task<Round> RunOnceAsync(int port, string path, int count, TimeSpan hold, string file, int server)
    {
        var idle = Usage.Of(server);
        var kernel = Machine.TcpMemory();
        var load = await ChildProcess.StartAsync(
            new ProcessCommand("dotnet", typeof(Listeners).Assembly.Location, ListenerLoad.Command, $"{port}", path, $"{count}", $"{hold.TotalSeconds:0}", file, $"{Stage.Rate}")
            {
                ReadsOutput = true,
            },
            TimeProvider.System);
        await using (load)
        {
            using var output = new StreamReader(load.StandardOutput);
            await ExpectAsync(output, load, "joined");
            var start = Usage.Of(server);
            await ExpectAsync(output, load, "held");
            var end = Usage.Of(server);
            var held = Machine.TcpMemory();
            await load.StandardInput.DisposeAsync();
            var heard = JsonSerializer.Deserialize<ListenerLoad.Outcome>(await output.ReadToEndAsync())!;
            return new Round(heard, end.PercentSince(start), end.Resident - idle.Resident, held - kernel);
        }
    }

    private static async Task ExpectAsync(StreamReader output, ChildProcess load, string word)
    {
        if (await output.ReadLineAsync() is var line && line != word)
            throw new InvalidOperationException($"The listeners said '{line}' instead of '{word}': {string.Join(" | ", load.ErrorTail)}");
    }

    private sealed record Round(ListenerLoad.Outcome Heard, double Percent, double Memory, double Kernel);
}
