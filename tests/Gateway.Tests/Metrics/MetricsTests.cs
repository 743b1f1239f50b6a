using System.Net;
using Audio.Orleans.Persistence;
using Audio.Orleans.Persistence.Jobs;
using Audio.Orleans.Testing;
using Audio.Orleans.Testing.Platforms;

namespace Audio.Orleans.Gateway.Tests.Metrics;

public sealed class MetricsTests
{
    private static readonly Uri Path = new("/metrics", UriKind.Relative);

    [Fact]
    public async Task A_scraper_on_the_same_machine_sees_how_long_the_queues_are()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        await using var database = new AudioDatabase(platform.ConnectionString);
        var table = new JobTable(database, new JobOptions(), TimeProvider.System);
        for (var i = 0; i < 3; i++)
            await table.EnqueueAsync(new NewJob(Guid.CreateVersion7(), "measured", "nobody.does", null, "upload/1", "{}"), CancellationToken.None);
        await Eventually.That(async () => (await platform.Client.GetStringAsync(Path)).Contains("\nqueue_length{queue=\"measured\"} 3\n", StringComparison.Ordinal), TimeSpan.FromSeconds(20), "the gauge says 3");
        using var response = await platform.Client.GetAsync(Path);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("# TYPE queue_length gauge\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("Forwarded")]
    [InlineData("X-Real-IP")]
    public async Task What_comes_through_a_proxy_needs_the_admin_scope(string header)
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
}
