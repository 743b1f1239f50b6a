using AudioOrleans.Bench.Measuring;

namespace AudioOrleans.Bench;

/// <summary>How long after its registration a stream can be heard.</summary>
internal sealed class FirstAudio : IBenchmark
{
    private const int Streams = 5;
    private const int HalfSecond = Stage.Rate / 2;
    private const int Playable = 3;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(3);

    public string Name => "first-audio";

    public string What => $"{Streams} streams, registered {Between.TotalSeconds:0} s apart; the slowest counts";

    public async Task RunAsync(Table table)
    {
        await using var stage = await Stage.SetAsync();
        List<Task<Times>> all = [];
        for (var stream = 0; stream < Streams; stream++)
        {
            all.Add(MeasureAsync(stage));
            await Task.Delay(Between, TimeProvider.System, CancellationToken.None);
        }
        var times = await Task.WhenAll(all);
        table.Add("POST /v1/streams answered, probe of the source included (p50; max)", Text(times, time => time.Registered));
        table.AtMost($"first playlist with {Playable} segments, from sending the POST", 20, times.Max(time => time.Playlist.TotalSeconds), "s");
        table.AtMost("0.5 s of progressive audio, from the POST's answer", 1, times.Max(time => time.FirstBytes.TotalSeconds), "s");
        table.AtMost("0.5 s of progressive audio, joining a stream on air", 1, times.Max(time => time.Joining.TotalSeconds), "s");
        table.Add("the same (p50; max)", $"{Text(times, time => time.Playlist)}, {Text(times, time => time.FirstBytes)}, {Text(times, time => time.Joining)}");
    }

    private static string Text(Times[] times, Func<Times, TimeSpan> one) =>
        $"{Table.Text(times.Select(time => one(time).TotalSeconds).Median())}; {Table.Text(times.Max(time => one(time).TotalSeconds))} s";

    private static async Task<Times> MeasureAsync(Stage stage)
    {
        var start = TimeProvider.System.GetTimestamp();
        var stream = await stage.AddStreamAsync();
        var registered = TimeProvider.System.GetElapsedTime(start);
        var playlist = FirstPlaylistAsync(stage, stream, start);
        var firstBytes = await HearAsync(stage, stream);
        await playlist;
        return new Times(registered, await playlist, firstBytes, await HearAsync(stage, stream));
    }

    private static async Task<TimeSpan> FirstPlaylistAsync(Stage stage, Guid stream, long start)
    {
        var text = await stage.Platform.Client.GetStringAsync(Stage.Path(stream, "live.m3u8"));
        var segments = text.Split('\n').Count(line => line.StartsWith("#EXTINF:", StringComparison.Ordinal));
        return segments >= Playable
            ? TimeProvider.System.GetElapsedTime(start)
            : throw new InvalidOperationException($"The first playlist has {segments} segments; expected {Playable}.");
    }

    private static async Task<TimeSpan> HearAsync(Stage stage, Guid stream)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var response = await stage.Platform.Client.GetAsync(Stage.Path(stream, "live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[HalfSecond]);
        return TimeProvider.System.GetElapsedTime(start);
    }

    private sealed record Times(TimeSpan Registered, TimeSpan Playlist, TimeSpan FirstBytes, TimeSpan Joining);
}
