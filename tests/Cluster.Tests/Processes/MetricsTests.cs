using System.Net;
using System.Net.Http.Headers;
using AudioOrleans.Cluster.Tests.Support;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Metrics;
using AudioOrleans.Testing.Platforms;
using Xunit.Abstractions;

namespace AudioOrleans.Cluster.Tests.Processes;

/// <summary>Each member serves its own metrics: a gateway at its public port, a silo at its node port to clients that send the cluster's secret.</summary>
[Collection("one cluster at a time")]
public sealed class MetricsTests(ITestOutputHelper output)
{
    private static readonly Uri Path = new("/metrics", UriKind.Relative);

    [Fact]
    public async Task A_silo_reports_the_queue_lengths_to_clients_with_the_secret()
    {
        await using var cluster = await ClusterProcess.StartAsync(silos: 2, gateways: 1);
        await using var database = new AudioDatabase(cluster.ConnectionString);
        var table = new JobTable(database, new JobOptions(), TimeProvider.System);
        for (var i = 0; i < 3; i++)
            await table.EnqueueAsync(new NewJob(Guid.CreateVersion7(), "measured", "nobody.does", null, "upload/1", "{}"), CancellationToken.None);
        foreach (var silo in cluster.Silos)
        {
            await Eventually.That(
                async () => (await ScrapeAsync(silo, cluster.Secret)).GetValueOrDefault("queue_length")?.Samples.SingleOrDefault(sample => sample.LabelText() == "queue=measured")?.Value == 3,
                ClusterScene.Deadline, "the gauge is 3");
            var families = await ScrapeAsync(silo, cluster.Secret);
            output.WriteLine($"{silo.Name}: {families.Count} families, {families.Values.Sum(family => family.Samples.Count)} lines");
            Assert.Superset(new HashSet<string> { "orleans_catalog_activations", "orleans_messaging_pings_sent_total", "dotnet_process_memory_working_set_bytes" }, families.Keys.ToHashSet());
            // A silo has a new address after each start, so an address must not be a label.
            Assert.All(families.Values.SelectMany(family => family.Samples).SelectMany(sample => sample.Labels.Values), value => Assert.DoesNotContain("127.0.0.1", value, StringComparison.Ordinal));
        }
        var gateway = PrometheusText.Parse(await cluster.Gateways[0].Client.GetStringAsync(Path));
        Assert.Contains("http_server_request_duration_seconds", gateway.Keys);
        Assert.DoesNotContain("queue_length", gateway.Keys);
    }

    [Fact]
    public async Task Clients_without_the_secret_cannot_read_a_silos_metrics_even_on_the_same_machine()
    {
        await using var cluster = await ClusterProcess.StartAsync(silos: 1, gateways: 1);
        foreach (var authorization in new[] { null, $"Bearer {new string('x', 32)}", $"Basic {cluster.Secret}", "Bearer", cluster.Secret })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Path);
            if (authorization is not null)
                request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using var refused = await cluster.Silos[0].Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
            Assert.Equal("", await refused.Content.ReadAsStringAsync());
        }
        // The secret is valid at the node port, but not at a gateway for a client behind a proxy.
        using var outside = new HttpRequestMessage(HttpMethod.Get, Path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", cluster.Secret) } };
        outside.Headers.Add("X-Forwarded-For", "192.0.2.1");
        using var answer = await cluster.Gateways[0].Client.SendAsync(outside);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task<IReadOnlyDictionary<string, MetricFamily>> ScrapeAsync(MemberProcess silo, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", secret) } };
        using var response = await silo.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return PrometheusText.Parse(await response.Content.ReadAsStringAsync());
    }
}
