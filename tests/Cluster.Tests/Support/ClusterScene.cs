using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Xunit.Abstractions;

namespace AudioOrleans.Cluster.Tests.Support;

/// <summary>A cluster that a test may break, an Icecast, and a DJ with a session at each gateway.</summary>
internal sealed class ClusterScene : IAsyncDisposable
{
    /// <summary>The limit on a busy machine for anything whose duration is not tested.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly ITestOutputHelper _output;

    private ClusterScene(ITestOutputHelper output, ClusterProcess cluster, IcecastServer icecast, ImmutableArray<Dj> djs) =>
        (_output, Cluster, Icecast, Djs) = (output, cluster, icecast, djs);

    public ClusterProcess Cluster { get; }

    public IcecastServer Icecast { get; }

    /// <summary>The DJ at the first gateway, at the second and so on.</summary>
    public ImmutableArray<Dj> Djs { get; }

    /// <summary>The DJ at the first gateway.</summary>
    public Dj Dj => Djs[0];

    public ImmutableArray<Guid> Streams { get; private set; } = [];

    /// <summary>Starts everything and puts streams on air, all from one mount.</summary>
    public static async Task<ClusterScene> StartAsync(ITestOutputHelper output, int streams, int silos = 3, int gateways = 2, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/live", await Tone.Mp3Async());
        await icecast.SetTitleAsync("/live", "On air");
        var cluster = await ClusterProcess.StartAsync(silos, gateways, settings);
        var first = await Dj.RegisterAsync(cluster.Gateways[0].Url);
        var scene = new ClusterScene(output, cluster, icecast, [first, .. cluster.Gateways.Skip(1).Select(gateway => first.At(gateway.Url))]);
        try
        {
            await scene.AddStreamsAsync(streams);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    /// <summary>Registers more streams, through each gateway in turn, and waits until they are live.</summary>
    public async Task<ImmutableArray<Guid>> AddStreamsAsync(int count)
    {
        var added = new ConcurrentBag<Guid>();
        var first = Streams.Length;
        await Parallel.ForEachAsync(Enumerable.Range(first, count), new ParallelOptions { MaxDegreeOfParallelism = Djs.Length }, async (i, _) =>
            added.Add(await Djs[i % Djs.Length].AddStreamAsync(Icecast.Url, "/live", $"Station {i}")));
        Streams = [.. Streams, .. added];
        await Task.WhenAll(added.Select(stream => UntilAsync(stream, status => status.State == "live", Deadline, "it is live")));
        return [.. added];
    }

    public void WriteLine(string text) => _output.WriteLine(text);

    public static TimeSpan Since(long at) => TimeProvider.System.GetElapsedTime(at);

    /// <summary>The status of a stream; null when no answer comes in time, as happens briefly after a node has died.</summary>
    public async Task<Status?> TryStatusAsync(Guid stream, int gateway = 0)
    {
        using var timeout = new CancellationTokenSource(Timeout, TimeProvider.System);
        try
        {
            using var response = await Djs[gateway].Client.GetAsync(new Uri($"/v1/streams/{stream}/status", UriKind.Relative), timeout.Token);
            if (response.StatusCode != HttpStatusCode.OK)
                return null;
            var status = JsonNode.Parse(await response.Content.ReadAsStringAsync(timeout.Token))!;
            return new Status((string)status["state"]!, (string?)status["node"], (long)status["uptime_seconds"]!, (int)status["listeners"]!, (string?)status["current_track"]);
        }
        catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
        {
            return null;
        }
    }

    public async Task<Status> StatusAsync(Guid stream) => await TryStatusAsync(stream) ?? throw new InvalidOperationException($"{stream} has no status");

    /// <summary>Waits for a status, and repeats requests that are not answered.</summary>
    public async Task<TimeSpan> UntilAsync(Guid stream, Func<Status, bool> condition, TimeSpan deadline, string because, int gateway = 0)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (Status? last = null; ; await Task.Delay(Pause, TimeProvider.System))
        {
            last = await TryStatusAsync(stream, gateway) ?? last;
            if (last is not null && condition(last))
                return Since(started);
            if (Since(started) > deadline)
                throw new TimeoutException($"Not true within {deadline.TotalSeconds:0.#} s: {because}; {last}");
        }
    }

    /// <summary>Which node relays which streams.</summary>
    public async Task<ILookup<string, Guid>> StreamsByNodeAsync()
    {
        var nodes = await Task.WhenAll(Streams.Select(async stream => (Stream: stream, Node: (await StatusAsync(stream)).Node!)));
        return nodes.ToLookup(pair => pair.Node, pair => pair.Stream);
    }

    /// <summary>The node with the most streams.</summary>
    public async Task<(MemberProcess Silo, ImmutableArray<Guid> Streams)> BusiestAsync()
    {
        var most = (await StreamsByNodeAsync()).MaxBy(streams => streams.Count())!;
        return (Cluster[most.Key], [.. most]);
    }

    /// <summary>The number of relays of each node, as an admin sees it.</summary>
    public async Task<IReadOnlyDictionary<string, int>> NodesAsync()
    {
        using var admin = await Dj.LogInAsync(Cluster.Gateways[0].Url, Dj.AdminEmail);
        return await NodesAsync(admin, CancellationToken.None);
    }

    /// <summary>Waits until silos relay this many streams, without a request to any stream: that would activate it.</summary>
    public async Task UntilRelayedAsync(Dj admin, IReadOnlyCollection<string> silos, int streams)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ; await Task.Delay(Pause, TimeProvider.System))
        {
            using var timeout = new CancellationTokenSource(Timeout, TimeProvider.System);
            try
            {
                if ((await NodesAsync(admin, timeout.Token)).Where(node => silos.Contains(node.Key)).Sum(node => node.Value) >= streams)
                    return;
            }
            catch (Exception exception) when (exception is OperationCanceledException or HttpRequestException)
            {
                // The grain with the list of nodes was on the dead silo.
            }
            if (Since(started) > Deadline)
                throw new TimeoutException($"Not true within {Deadline.TotalSeconds} s: {string.Join(", ", silos)} relay {streams} streams");
        }
    }

    private static async Task<IReadOnlyDictionary<string, int>> NodesAsync(Dj admin, CancellationToken cancellationToken)
    {
        var text = await admin.Client.GetStringAsync(new Uri("/v1/admin/nodes", UriKind.Relative), cancellationToken);
        return JsonNode.Parse(text)!["items"]!.AsArray().ToDictionary(node => (string)node!["name"]!, node => (int)node!["relays"]!);
    }

    public async Task<IReadOnlyList<(string Kind, string? Reason)>> TimelineAsync(Guid stream, int gateway = 0) =>
        [.. (await Djs[gateway].GetAsync($"/v1/streams/{stream}/timeline"))["items"]!.AsArray().Select(entry => ((string)entry!["kind"]!, (string?)entry["reason"]))];

    public async Task<IReadOnlyList<string>> HistoryAsync(Guid stream, int gateway = 0) =>
        [.. (await Djs[gateway].GetAsync($"/v1/streams/{stream}/history"))["items"]!.AsArray().Select(track => (string)track!["title"]!)];

    /// <summary>A stream as its owner sees it, and its ETag.</summary>
    public async Task<(string Body, string ETag)> DetailsAsync(Guid stream, int gateway = 0)
    {
        using var response = await Djs[gateway].Client.GetAsync(new Uri($"/v1/streams/{stream}", UriKind.Relative));
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadAsStringAsync(), response.Headers.ETag!.ToString());
    }

    /// <summary>Records the status of streams; the returned function asserts that they have continued undisturbed on their nodes.</summary>
    public async Task<Func<Task>> ExpectUndisturbedAsync(IReadOnlyCollection<Guid> streams)
    {
        var timelines = await Task.WhenAll(streams.Select(stream => TimelineAsync(stream)));
        var before = await Task.WhenAll(streams.Select(StatusAsync));
        return async () =>
        {
            var after = await Task.WhenAll(streams.Select(StatusAsync));
            Assert.Equal(before.Select(status => (status.Node, status.State)), after.Select(status => (status.Node, status.State)));
            Assert.All(before.Zip(after), pair => Assert.True(pair.Second.UptimeSeconds > pair.First.UptimeSeconds, $"{pair.Second} continues {pair.First}"));
            Assert.Equal(timelines, await Task.WhenAll(streams.Select(stream => TimelineAsync(stream))));
        };
    }

    /// <summary>When the other silos declared a silo dead, by the first of their logs that says so; null when none does.</summary>
    public TimeSpan? DeclaredDead(MemberProcess silo, long killedAt)
    {
        var lines = Cluster.Silos.Where(other => other != silo).SelectMany(other => other.Log)
            .Where(line => line.At > killedAt && line.Text.Contains("is dead; waking streams", StringComparison.Ordinal)).ToList();
        return lines.Count == 0 ? null : TimeProvider.System.GetElapsedTime(killedAt, lines.Min(line => line.At));
    }

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture) + " s";

    public async ValueTask DisposeAsync()
    {
        // The test runner shows it when a test fails.
        _output.WriteLine(Cluster.LogTails);
        foreach (var dj in Djs)
            dj.Dispose();
        await Cluster.DisposeAsync();
        await Icecast.DisposeAsync();
    }
}

/// <summary>The status of a stream.</summary>
internal sealed record Status(string State, string? Node, long UptimeSeconds, int Listeners, string? CurrentTrack);
