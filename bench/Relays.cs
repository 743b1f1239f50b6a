using System.Globalization;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.Testing;

namespace AudioOrleans.Bench;

/// <summary>200 streams at once, each with its relay and its ffmpeg.</summary>
internal sealed class Relays : IBenchmark
{
    private const int Count = 200;
    private const int Target = 6;

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    public string Name => "relays";

    public string What => $"{Count} passthrough relays (128 kbit/s MP3) with an ffmpeg each from one Icecast: {Quiet.TotalSeconds:0} s without any request, then {Watched.TotalSeconds:0} s with each playlist fetched twice a second";

    public async Task RunAsync(Table table)
    {
        await using var stage = await Stage.SetAsync();
        var first = await stage.AddStreamAsync();
        await stage.UntilPlayableAsync(first);
        var idle = Usage.Of(stage.Platform.ProcessId);

        var start = TimeProvider.System.GetTimestamp();
        var streams = new Guid[Count];
        await Parallel.ForAsync(0, Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (index, _) => streams[index] = await stage.AddStreamAsync($"Bench {index}"));
        var registered = TimeProvider.System.GetElapsedTime(start);
        await Eventually.That(async () => await CountLiveAsync(stage, streams) == Count, TimeSpan.FromSeconds(60), "all streams are live");
        var live = TimeProvider.System.GetElapsedTime(start);
        await Task.WhenAll(streams.Select(stage.UntilPlayableAsync));
        var playable = TimeProvider.System.GetElapsedTime(start);

        var segmenters = Usage.Children(stage.Platform.ProcessId, "ffmpeg");
        var (platform, ffmpeg) = (Usage.Of(stage.Platform.ProcessId), Usage.Of(segmenters));
        await Task.Delay(Quiet, TimeProvider.System, CancellationToken.None);
        var (platformAfter, ffmpegAfter) = (Usage.Of(stage.Platform.ProcessId), Usage.Of(segmenters));
        var proportional = segmenters.Sum(Usage.Proportional);
        var watch = await WatchAsync(stage, streams);
        // Only now each playlist keeps as many segments as it ever will.
        var full = Usage.Of(stage.Platform.ProcessId);

        var each = 1.0 / (Count + 1);
        var own = platformAfter.PercentSince(platform) * each;
        var theirs = ffmpegAfter.PercentSince(ffmpeg) * each;
        table.AtLeast("streams live at the end", Count, await CountLiveAsync(stage, streams), "");
        table.AtMost("longest wait for a new segment", 1.5 * Target, watch.LongestWait.TotalSeconds, "s");
        table.AtMost("streams with a longer wait", 0, watch.Late, "");
        table.AtMost("discontinuities", 0, watch.Discontinuities, "");
        table.Add("ffmpegs running", $"{segmenters.Length}");
        table.AtMost("CPU per stream, ffmpeg included", 1, own + theirs, "% of a core");
        table.Add("CPU per stream, ffmpeg", $"{Table.Text(theirs)} % of a core");
        table.Add("CPU per stream, the platform's own", $"{own.ToString("0.000", CultureInfo.InvariantCulture)} % of a core");
        table.AtMost("memory per stream, the platform's own (resident growth)", 2048, (full.Resident - idle.Resident) / 1024.0 / Count, "KiB");
        table.Add("memory per stream, ffmpeg (proportional; resident)", $"{Table.Text(proportional * each / 1024 / 1024)}; {Table.Text(ffmpegAfter.Resident * each / 1024 / 1024)} MiB");
        table.Add($"{Count} streams registered, live, playable after", $"{Table.Text(registered.TotalSeconds)}, {Table.Text(live.TotalSeconds)}, {Table.Text(playable.TotalSeconds)} s");
    }

    /// <summary>Looks when each playlist gets its segments.</summary>
    private static async Task<(TimeSpan LongestWait, int Late, int Discontinuities)> WatchAsync(Stage stage, Guid[] streams)
    {
        var start = TimeProvider.System.GetTimestamp();
        var last = new string[streams.Length];
        var changed = new long[streams.Length];
        var waits = new TimeSpan[streams.Length];
        Array.Fill(changed, start);
        using var timer = new PeriodicTimer(Poll, TimeProvider.System);
        while (TimeProvider.System.GetElapsedTime(start) < Watched)
        {
            for (var index = 0; index < streams.Length; index++)
            {
                var playlist = await stage.Platform.Client.GetStringAsync(Stage.Path(streams[index], "live.m3u8"));
                var wait = TimeProvider.System.GetElapsedTime(changed[index]);
                waits[index] = wait > waits[index] ? wait : waits[index];
                if (playlist == last[index])
                    continue;
                (last[index], changed[index]) = (playlist, TimeProvider.System.GetTimestamp());
            }
            await timer.WaitForNextTickAsync();
        }
        var discontinuities = last.Sum(playlist => playlist.Split('\n').Count(line => line == "#EXT-X-DISCONTINUITY"));
        return (waits.Max(), waits.Count(wait => wait > 1.5 * Target * TimeSpan.FromSeconds(1)), discontinuities);
    }

    private static async Task<int> CountLiveAsync(Stage stage, Guid[] streams)
    {
        var count = 0;
        foreach (var stream in streams)
            count += (string?)(await stage.Dj.StatusAsync(stream))["state"] == "live" ? 1 : 0;
        return count;
    }
}
