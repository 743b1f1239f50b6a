using System.Net.Http.Headers;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Dapper;
using Npgsql;
using Xunit.Abstractions;

namespace AudioOrleans.Cluster.Tests.Podcasts;

/// <summary>Podcasts at several gateways.</summary>
[Collection("one cluster at a time")]
public sealed class DownloadTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private readonly TestFolder _objects = new("cluster-podcasts");
    private ClusterProcess _cluster = null!;
    private Dj _dj = null!;

    public async Task InitializeAsync()
    {
        _cluster = await ClusterProcess.StartAsync(silos: 2, gateways: 2, new Dictionary<string, string?> { ["Objects__Folder"] = _objects.Path });
        _dj = await Dj.RegisterAsync(_cluster.Gateways[0].Url);
    }

    public async Task DisposeAsync()
    {
        output.WriteLine(_cluster.LogTails);
        _dj.Dispose();
        await _cluster.DisposeAsync();
    }

    public void Dispose() => _objects.Dispose();

    [Fact]
    public async Task Ranges_from_different_gateways_add_up_to_one_download_and_a_killed_gateway_loses_none()
    {
        var (podcast, episode, length) = await AddAsync();
        await ReadAsync(0, podcast, episode, "AntennaPod/3.4", 0, length / 2);
        Assert.Equal(0, await CountAsync(episode));
        await ReadAsync(1, podcast, episode, "AntennaPod/3.4", (length / 2) + 1, length - 1);
        Assert.Equal(1, await CountAsync(episode));
        // Each listener at both gateways at once: once.
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => ReadAsync(i % 2, podcast, episode, $"Listener/{i / 2}", 0, length - 1)));
        await _cluster.Gateways[1].KillAsync();
        Assert.Equal(21, await CountAsync(episode));
    }

    [Fact]
    public async Task A_change_at_one_gateway_is_in_the_feed_at_the_other_within_a_second()
    {
        var (podcast, _, _) = await AddAsync();
        var feed = new Uri($"/v1/podcasts/{podcast}/rss.xml", UriKind.Relative);
        for (var i = 0; i < 5; i++)
        {
            await _cluster.Gateways[1].Client.GetStringAsync(feed); // Now it is cached there.
            await _dj.PatchAsync($"/v1/podcasts/{podcast}", new { title = $"Title {i}" });
            await Eventually.That(
                async () => (await _cluster.Gateways[1].Client.GetStringAsync(feed)).Contains($"<title>Title {i}</title>", StringComparison.Ordinal), TimeSpan.FromSeconds(1), "the other gateway has the change");
        }
    }

    private async Task<(Guid Podcast, Guid Episode, long Length)> AddAsync()
    {
        var podcast = await _dj.AddPodcastAsync();
        var upload = await _dj.AddUploadAsync(await Pieces.Mp3Async("Counted", seconds: 30, kbps: 64));
        var episode = await _dj.AddEpisodeAsync(podcast, new { upload_id = upload });
        using var head = new HttpRequestMessage(HttpMethod.Head, Audio(podcast, episode));
        using var response = await _cluster.Gateways[0].Client.SendAsync(head);
        return (podcast, episode, response.Content.Headers.ContentLength!.Value);
    }

    private async Task ReadAsync(int gateway, Guid podcast, Guid episode, string agent, long from, long to)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Audio(podcast, episode));
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        request.Headers.Range = new RangeHeaderValue(from, to);
        using var response = await _cluster.Gateways[gateway].Client.SendAsync(request);
        Assert.Equal(to - from + 1, (await response.Content.ReadAsByteArrayAsync()).LongLength);
    }

    private async Task<long> CountAsync(Guid episode)
    {
        await using var connection = new NpgsqlConnection(_cluster.ConnectionString);
        return await connection.ExecuteScalarAsync<long>("select coalesce(sum(downloads), 0) from episode_downloads where episode_id = @episode", new { episode });
    }

    private static Uri Audio(Guid podcast, Guid episode) => new($"/v1/podcasts/{podcast}/episodes/{episode}/audio.mp3", UriKind.Relative);
}
