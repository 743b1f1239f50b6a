using System.Net;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Metrics;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Metrics;

public sealed class MetricsTests
{
    private const string Requests = "http_server_request_duration_seconds";

    private static readonly Uri Path = new("/metrics", UriKind.Relative);

    [Fact]
    public async Task A_scraper_on_the_same_machine_sees_the_length_of_the_queues()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        await using var database = new AudioDatabase(platform.ConnectionString);
        var table = new JobTable(database, new JobOptions(), TimeProvider.System);
        for (var i = 0; i < 3; i++)
            await table.EnqueueAsync(new NewJob(Guid.CreateVersion7(), "measured", "nobody.does", null, "upload/1", "{}"), CancellationToken.None);
        await Eventually.That(async () => (await platform.Client.GetStringAsync(Path)).Contains("\nqueue_length{queue=\"measured\"} 3\n", StringComparison.Ordinal), TimeSpan.FromSeconds(20), "the gauge shows 3");
        using var response = await platform.Client.GetAsync(Path);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        var families = PrometheusText.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal("gauge", families["queue_length"].Type);
    }

    [Fact]
    public async Task Requests_are_counted_by_route_and_status_but_not_by_values_that_callers_choose()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var before = await ScrapeAsync(platform);
        for (var i = 0; i < 20; i++)
        {
            using var missing = await dj.Client.GetAsync(new Uri($"/v1/streams/{Guid.NewGuid()}/status?i={i}", UriKind.Relative));
            await missing.ProblemAsync(HttpStatusCode.NotFound);
            using var strange = new HttpRequestMessage(new HttpMethod($"VERB{i}"), $"/nothing/{i}") { Headers = { { "Host", $"host-{i}.example" } } };
            using var refused = await dj.Client.SendAsync(strange);
        }
        IReadOnlyDictionary<string, MetricFamily> after = before;
        // A request is counted when it has ended, shortly after its response.
        await Eventually.That(async () => CountOf(after = await ScrapeAsync(platform)) >= CountOf(before) + 20, TimeSpan.FromSeconds(20), "20 more requests");
        Assert.Equal(["http_request_method", "http_response_status_code", "http_route", "le"], after[Requests].Samples.SelectMany(sample => sample.Labels.Keys).Distinct().Order());
        Assert.DoesNotContain(after[Requests].Samples, sample => sample.Labels.Values.Any(value => value.Contains("VERB", StringComparison.Ordinal) || value.Contains("nothing", StringComparison.Ordinal)));

        static double CountOf(IReadOnlyDictionary<string, MetricFamily> families) => families.GetValueOrDefault(Requests)?.Samples
            .SingleOrDefault(sample => sample.Name == $"{Requests}_count" && sample.LabelText() == "http_request_method=GET,http_response_status_code=404,http_route=/v1/streams/{streamId:guid}/status")?.Value ?? 0;
    }

    [Fact]
    public async Task Metrics_include_the_runtime_the_server_and_Orleans_and_no_label_contains_an_id_or_an_address()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        await dj.IdAsync();
        var families = await ScrapeAsync(platform);
        Assert.Superset(
            new HashSet<string> { "dotnet_process_memory_working_set_bytes", "dotnet_gc_pause_time_seconds_total", "kestrel_active_connections", "orleans_catalog_activations", "orleans_app_requests_latency_milliseconds" },
            families.Keys.ToHashSet());
        Assert.Contains(families["orleans_catalog_activations"].Samples, sample => sample.LabelText() == "grain_type=account");
        var labels = families.Values.SelectMany(family => family.Samples).SelectMany(sample => sample.Labels).Distinct().ToList();
        Assert.DoesNotContain(labels, label => label.Key == "otel_metric_overflow");
        Assert.All(labels, label => Assert.DoesNotMatch(@"[0-9a-f]{8}-[0-9a-f]{4}|@|\d+\.\d+\.\d+\.\d+", label.Value));
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("Forwarded")]
    [InlineData("X-Real-IP")]
    public async Task A_request_through_a_proxy_needs_the_admin_scope(string header)
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var nobody = await SendAsync(platform.Client);
        await nobody.ProblemAsync(HttpStatusCode.Unauthorized);
        using var dj = await Dj.RegisterAsync(platform);
        using var refused = await SendAsync(dj.Client);
        Assert.Equal("admin", (string)(await refused.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
        using var admin = await Dj.AdminAsync(platform);
        using var answer = await SendAsync(admin.Client);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

        async Task<HttpResponseMessage> SendAsync(HttpClient client)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Path);
            request.Headers.Add(header, "for");
            return await client.SendAsync(request);
        }
    }

    private static async Task<IReadOnlyDictionary<string, MetricFamily>> ScrapeAsync(PlatformProcess platform) => PrometheusText.Parse(await platform.Client.GetStringAsync(Path));
}
