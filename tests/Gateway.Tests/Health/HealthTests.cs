using System.Net;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Health_is_reported_to_people_and_to_orchestrators()
    {
        var client = (await SharedPlatform.GetAsync()).Platform.Client;
        Assert.Equal("""{"status":"ok"}""", await client.GetStringAsync(new Uri("/v1/health", UriKind.Relative)));
        using var alive = await client.GetAsync(new Uri("/healthz", UriKind.Relative));
        await alive.JsonAsync(HttpStatusCode.OK);
        using var ready = await client.GetAsync(new Uri("/readyz", UriKind.Relative));
        var dependencies = (await ready.JsonAsync(HttpStatusCode.OK))["dependencies"]!.AsObject();
        Assert.Equal([("database", "ok"), ("ffmpeg", "ok"), ("objects", "ok")], dependencies.Select(dependency => (dependency.Key, (string)dependency.Value!)));
    }

    [Fact]
    public async Task Every_operation_is_described_with_a_summary_and_its_responses()
    {
        var client = (await SharedPlatform.GetAsync()).Platform.Client;
        var document = JsonNode.Parse(await client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative)))!;
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => (Name: $"{operation.Key} {path.Key}", operation.Value))).ToList();
        Assert.True(operations.Count >= 20);
        Assert.All(operations, operation =>
        {
            Assert.False(string.IsNullOrEmpty((string?)operation.Value!["summary"]), operation.Name);
            Assert.True(operation.Value!["responses"]!.AsObject().Count >= 1, operation.Name);
        });
        using var page = await client.GetAsync(new Uri("/swagger/index.html", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Theory]
    [InlineData("my-request.1", true)]
    [InlineData("not allowed", false)]
    public async Task The_request_id_of_a_caller_is_kept_if_it_is_valid(string id, bool kept)
    {
        var client = (await SharedPlatform.GetAsync()).Platform.Client;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/health");
        request.Headers.TryAddWithoutValidation("X-Request-Id", id);
        using var response = await client.SendAsync(request);
        Assert.Equal(kept, response.Headers.GetValues("X-Request-Id").Single() == id);
    }

    [Fact]
    public async Task The_media_shortcut_and_the_full_pipeline_serve_the_same_playlist()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        var path = new Uri($"/v1/streams/{id}/live.m3u8?session=a", UriKind.Relative);
        (await shared.Platform.Client.GetAsync(path)).Dispose(); // Waits for the first segments, through the full pipeline.
        for (var tries = 0; ; tries++)
        {
            using var plain = await shared.Platform.Client.GetAsync(path);
            using var withToken = await shared.Dj.Client.GetAsync(path);
            // A new segment may appear between the two.
            if (plain.Headers.ETag!.Tag != withToken.Headers.ETag!.Tag && tries < 3)
                continue;
            Assert.Equal(await withToken.Content.ReadAsStringAsync(), await plain.Content.ReadAsStringAsync());
            Assert.Equal(Names(withToken), Names(plain));
            return;
        }
    }

    // The shortcut leaves out headers that have no meaning for public media.
    private static string[] Names(HttpResponseMessage response) =>
        [.. response.Headers.Concat(response.Content.Headers).Select(header => header.Key).Except(["Referrer-Policy", "Cross-Origin-Resource-Policy"]).Order()];
}
