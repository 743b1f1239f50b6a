using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AudioOrleans.Gateway.Tests.Uploads;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Descriptions;

/// <summary>Calls every operation of the OpenAPI document without permission or with invalid input.</summary>
public sealed class WalkTests
{
    [Fact]
    public async Task Without_a_token_every_operation_responds_as_described()
    {
        var (document, shared, ids) = await PrepareAsync();
        await ForEachAsync(document.Operations, async operation =>
        {
            using var request = RequestOf(operation, ids, Example(document, operation));
            using var response = await shared.Platform.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await CheckAsync(operation, response);
            if (operation.NeedsCredentials)
                Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        });
    }

    [Fact]
    public async Task With_an_invalid_token_every_operation_that_takes_one_is_refused()
    {
        var (document, shared, ids) = await PrepareAsync();
        await ForEachAsync(document.Operations.Where(operation => operation.Schemes.Contains("bearer")), async operation =>
        {
            using var request = RequestOf(operation, ids, Example(document, operation));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "no.good.token");
            using var response = await shared.Platform.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await CheckAsync(operation, response);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        });
    }

    [Fact]
    public async Task With_a_token_of_another_account_nothing_can_be_changed()
    {
        var (document, shared, ids) = await PrepareAsync();
        using var stranger = await Dj.RegisterAsync(shared.Platform);
        await ForEachAsync(document.Operations.Where(operation => operation.IsForAdmins || operation.Path.Contains('{', StringComparison.Ordinal)), async operation =>
        {
            using var request = RequestOf(operation, ids, Example(document, operation));
            using var response = await stranger.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            await CheckAsync(operation, response);
            if (operation.IsForAdmins)
                Assert.Equal("admin", (string)(await response.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
            else if (operation.Id != "tus.append" && (operation.Method == HttpMethod.Patch || operation.Method == HttpMethod.Delete)) // That one takes its own header.
                Assert.True(response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound, $"{response.StatusCode}");
        });
        Assert.Equal("Walked over", (string)(await shared.Dj.GetAsync($"/v1/streams/{ids["streamId"]}"))["name"]!);
    }

    [Fact]
    public async Task The_response_to_a_listener_names_the_missing_scope()
    {
        var (document, shared, ids) = await PrepareAsync();
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        await ForEachAsync(document.Operations.Where(operation => ((string?)operation.Json["description"])?.Contains(":write`", StringComparison.Ordinal) == true), async operation =>
        {
            using var request = RequestOf(operation, ids, Example(document, operation));
            using var response = await listener.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            if (operation.Method == HttpMethod.Head)
                return; // The response has no body to check.
            var scope = (string)(await response.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!;
            Assert.Contains($"`{scope}`", (string)operation.Json["description"]!, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task An_invalid_body_is_refused_and_changes_nothing()
    {
        var (document, shared, ids) = await PrepareAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        await ForEachAsync(document.Operations.Where(operation => operation.BodySchema is not null), async operation =>
        {
            var fields = document.Follow(operation.BodySchema!)["properties"]!.AsObject().Select(property => property.Key).ToList();
            var wrong = fields.Select(field => new JsonObject { [field] = new JsonObject { ["unexpected"] = new JsonArray(1, "two", null!) } }.ToJsonString());
            foreach (var body in new[] { "", "[]", "\"text\"", "42", "{", "null", "{\"a\":\"\\ud800\"", new string('[', 100) }.Concat(wrong))
            {
                using var request = RequestOf(operation, ids, body);
                if (operation.Schemes.Contains("relay_token"))
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "relay");
                var client = operation.IsForAdmins ? admin.Client : operation.NeedsCredentials && !operation.Schemes.Contains("relay_token") ? shared.Dj.Client : shared.Platform.Client;
                using var response = await client.SendAsync(request);
                await CheckAsync(operation, response);
                Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{response.StatusCode} for {body}");
            }
            using var asText = RequestOf(operation, ids, "{}");
            asText.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
            using var refused = await (operation.IsForAdmins ? admin.Client : shared.Dj.Client).SendAsync(asText);
            await CheckAsync(operation, refused);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
        });
        await shared.Dj.IdAsync();
    }

    private static async Task<(ApiDocument Document, SharedPlatform Shared, Dictionary<string, string> Ids)> PrepareAsync()
    {
        var shared = await SharedPlatform.GetAsync();
        var stream = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", "Walked over", new { visibility = "private" });
        await shared.Dj.UntilAsync(stream, "live", TimeSpan.FromSeconds(30));
        var podcast = await shared.Dj.AddPodcastAsync(new { visibility = "private" });
        return (await ApiDocument.GetAsync(), shared, new Dictionary<string, string>
        {
            ["streamId"] = $"{stream:D}",
            ["userId"] = $"{await shared.Dj.IdAsync():D}",
            ["jobId"] = $"{Guid.CreateVersion7():D}",
            ["keyId"] = $"{Guid.CreateVersion7():D}",
            ["uploadId"] = $"{Guid.CreateVersion7():D}",
            ["playlistId"] = $"{await AddPlaylistAsync(shared.Dj):D}",
            ["podcastId"] = $"{podcast:D}",
            ["episodeId"] = $"{await shared.Dj.AddEpisodeAsync(podcast, new { upload_id = await shared.Dj.AddReadyUploadAsync(await Tone.Mp3Async(seconds: 2)) }):D}",
            ["domainId"] = $"{await AddDomainAsync(shared.Dj):D}",
            ["planId"] = $"{await shared.Dj.AddPlanAsync():D}",
            ["subscriptionId"] = $"{Guid.CreateVersion7():D}",
            ["accountId"] = $"{Guid.CreateVersion7():D}",
            ["language"] = "en",
            ["name"] = "source",
            ["extension"] = "mp3",
            ["file"] = "1.ts",
            ["provider"] = "nobody",
        });
    }

    private static async Task<Guid> AddDomainAsync(Dj dj)
    {
        using var added = await dj.Client.PostAsJsonAsync("/v1/domains", new { custom_domain = $"walk-{Guid.NewGuid():N}.example.org" });
        return (Guid)(await added.JsonAsync(HttpStatusCode.Created))["domain_id"]!;
    }

    /// <summary>Adds a private playlist.</summary>
    private static async Task<Guid> AddPlaylistAsync(Dj dj)
    {
        var uploadId = await dj.AddReadyUploadAsync(await Tone.Mp3Async(seconds: 2));
        using var made = await dj.Client.PostAsJsonAsync("/v1/playlists", new { title = "Walked over", visibility = "private", tracks = new[] { new { source_type = "upload", upload_id = uploadId } } });
        return (Guid)(await made.JsonAsync(HttpStatusCode.Created))["playlist_id"]!;
    }

    /// <summary>Calls all of them, so that one failure does not hide another.</summary>
    private static async Task ForEachAsync(IEnumerable<ApiDocument.Operation> operations, Func<ApiDocument.Operation, Task> check)
    {
        List<string> failures = [];
        var count = 0;
        foreach (var operation in operations)
        {
            count++;
            if (await Record.ExceptionAsync(() => check(operation)) is { } failure)
                failures.Add($"{operation}: {failure.Message}");
        }
        Assert.True(count >= 3);
        Assert.Equal([], failures);
    }

    private static async Task CheckAsync(ApiDocument.Operation operation, HttpResponseMessage response)
    {
        Assert.True(operation.Statuses.Contains($"{(int)response.StatusCode}"), $"{response.StatusCode} is not documented");
        Assert.True(response.Headers.Contains("X-Request-Id"));
        if ((int)response.StatusCode >= 400 && operation.Method != HttpMethod.Head)
            await response.ProblemAsync(response.StatusCode);
    }

    private static HttpRequestMessage RequestOf(ApiDocument.Operation operation, Dictionary<string, string> ids, string? body)
    {
        var path = ids.Aggregate(operation.Path, (path, id) => path.Replace($"{{{id.Key}}}", id.Value, StringComparison.Ordinal));
        var request = new HttpRequestMessage(operation.Method, path)
        {
            Content = body is null || operation.BodySchema is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (operation.Id.StartsWith("tus.", StringComparison.Ordinal))
            request.Headers.Add("Tus-Resumable", "1.0.0");
        return request;
    }

    private static string? Example(ApiDocument document, ApiDocument.Operation operation) =>
        operation.BodySchema is { } schema ? document.Follow(schema)["examples"]![0]!.ToJsonString() : null;
}
