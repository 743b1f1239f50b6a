using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AudioOrleans.Bench.Measuring;

namespace AudioOrleans.Bench;

/// <summary>How long a title takes from the source to the status, to an event listener and to a player.</summary>
internal sealed class Titles : IBenchmark
{
    private const int Changes = 20;
    private const double Target = 1000;

    private static readonly TimeSpan StatusPoll = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<(string Where, string Title), TaskCompletionSource<long>> _seen = new();

    public string Name => "titles";

    public string What => $"{Changes} title changes at the source (Icecast's admin/metadata); the source's own metadata stands every 4,096 bytes, 256 ms, which is part of each figure";

    public async Task RunAsync(Table table)
    {
        await using var stage = await Stage.SetAsync();
        var stream = await stage.AddStreamAsync();
        await stage.UntilPlayableAsync(stream);
        using var stop = new CancellationTokenSource();
        Task[] watchers = [WatchEventsAsync(stage, stream, stop.Token), WatchPlayerAsync(stage, stream, stop.Token), WatchStatusAsync(stage, stream, stop.Token)];

        string[] places = ["status", "event", "player"];
        var waits = places.ToDictionary(place => place, _ => new List<double>());
        await ChangeAsync("Warm-up");
        for (var change = 1; change <= Changes; change++)
        {
            await ChangeAsync($"Artist {change} - Title {change}");
            // Not in step with the stream's own blocks.
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(300)), TimeProvider.System, CancellationToken.None);
        }
        await stop.CancelAsync();
        await Task.WhenAll(watchers);
        AddRows("GET /status (polled every 10 ms)", waits["status"]);
        AddRows("server-sent event", waits["event"]);
        AddRows("ICY metadata block at a connected player", waits["player"]);

        async Task ChangeAsync(string title)
        {
            var start = TimeProvider.System.GetTimestamp();
            await stage.Icecast.SetTitleAsync(Stage.Mount, title);
            foreach (var place in places)
            {
                var at = await Seen(place, title).Task.WaitAsync(Deadline, TimeProvider.System);
                if (title != "Warm-up")
                    waits[place].Add(TimeProvider.System.GetElapsedTime(start, at).TotalMilliseconds);
            }
        }

        void AddRows(string what, List<double> milliseconds)
        {
            table.AtMost($"{what}, p50", Target, milliseconds.Median(), "ms");
            table.AtMost($"{what}, max", Target, milliseconds.Max(), "ms");
        }
    }

    private TaskCompletionSource<long> Seen(string where, string title) =>
        _seen.GetOrAdd((where, title), _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));

    private void See(string where, string title) => Seen(where, title).TrySetResult(TimeProvider.System.GetTimestamp());

    private async Task WatchStatusAsync(Stage stage, Guid stream, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if ((string?)(await stage.Dj.StatusAsync(stream))["current_track"] is { } title)
                See("status", title);
            await Task.WhenAny(Task.Delay(StatusPoll, TimeProvider.System, stop));
        }
    }

    private async Task WatchEventsAsync(Stage stage, Guid stream, CancellationToken stop)
    {
        try
        {
            await using var body = await stage.Platform.Client.GetStreamAsync(Stage.Path(stream, "events"), stop);
            using var lines = new StreamReader(body);
            while (await lines.ReadLineAsync(stop) is { } line)
            {
                if (line.StartsWith("data: {\"current_track\"", StringComparison.Ordinal) && (string?)JsonNode.Parse(line[6..])!["current_track"] is { } title)
                    See("event", title);
            }
        }
        catch (OperationCanceledException)
        {
            // The benchmark is over.
        }
    }

    private async Task WatchPlayerAsync(Stage stage, Guid stream, CancellationToken stop)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Stage.Path(stream, "live.mp3"));
            request.Headers.Add("Icy-MetaData", "1");
            using var response = await stage.Platform.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            var audio = new byte[int.Parse(response.Headers.GetValues("icy-metaint").Single(), CultureInfo.InvariantCulture)];
            var length = new byte[1];
            await using var body = await response.Content.ReadAsStreamAsync(stop);
            while (true)
            {
                await body.ReadExactlyAsync(audio, stop);
                await body.ReadExactlyAsync(length, stop);
                var block = new byte[length[0] * 16];
                await body.ReadExactlyAsync(block, stop);
                var text = Encoding.UTF8.GetString(block).TrimEnd('\0');
                if (text.StartsWith("StreamTitle='", StringComparison.Ordinal))
                    See("player", text[13..text.IndexOf("';", StringComparison.Ordinal)]);
            }
        }
        catch (OperationCanceledException)
        {
            // The benchmark is over.
        }
    }
}
