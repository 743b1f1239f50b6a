using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Domains;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Domains;

/// <summary>Podcasts that are created together with their domain.</summary>
[Collection(DomainPlatformGroup.Name), Trait("Speed", "slow")]
public sealed class PodcastDomainTests(SharedDomainPlatform platform)
{
    [Fact]
    public async Task A_podcast_is_created_with_its_domain_and_the_response_has_the_records_to_set()
    {
        var host = DomainPlatform.NewHost();
        var created = await platform.Dj.CreatePodcastAsync(new { custom_domain = host.ToUpperInvariant() });
        Assert.Equal((host, $"_audio-challenge.{host}", DomainPlatform.Target), ((string)created["custom_domain"]!, (string)created["dns_challenge_name"]!, (string)created["cname_target"]!));
        var domain = await platform.Dj.GetAsync($"/v1/domains/{created["domain_id"]}");
        Assert.Equal(((string)created["podcast_id"]!, (string)created["dns_challenge_record"]!), ((string)domain["podcast_id"]!, (string)domain["dns_challenge_record"]!));
        await platform.SetRecordsAsync(created);
        Assert.Equal("verified", (string)(await platform.VerifyAsync(created))["verification_status"]!);

        var without = await platform.Dj.CreatePodcastAsync();
        Assert.All(["domain_id", "custom_domain", "dns_challenge_name", "dns_challenge_record", "cname_target"], field => Assert.True(without.ContainsKey(field) && without[field] is null, field));
    }

    [Theory]
    [InlineData("co.uk", "not_allowed")]
    [InlineData("www.platform.test", "not_allowed")]
    [InlineData("https://show.customer.test/", "malformed")]
    [InlineData("", "required")]
    public async Task A_name_that_is_no_domain_is_refused_as_for_a_domain_and_leaves_no_podcast(string host, string code)
    {
        using var dj = await Dj.RegisterAsync(platform.Platform);
        using var response = await PostAsync(dj, host);
        Assert.Equal(code, (string)(await response.ProblemAsync(HttpStatusCode.BadRequest))["codes"]!["custom_domain"]![0]!);
        await RequireNothingAsync(dj);
    }

    [Fact]
    public async Task A_podcast_that_is_refused_leaves_no_domain()
    {
        using var dj = await Dj.RegisterAsync(platform.Platform);
        var host = DomainPlatform.NewHost();
        foreach (var body in new object[] { new { custom_domain = host }, new { title = "Show", language = "not a language", custom_domain = host } })
        {
            using var response = await dj.Client.PostAsJsonAsync("/v1/podcasts", body);
            await response.ProblemAsync(HttpStatusCode.BadRequest);
        }
        await RequireNothingAsync(dj);
    }

    [Fact]
    public async Task A_domain_that_is_taken_is_a_conflict_and_leaves_no_podcast()
    {
        var taken = await platform.AddAsync(DomainPlatform.NewHost());
        await platform.SetRecordsAsync(taken);
        await platform.VerifyAsync(taken);
        using var dj = await Dj.RegisterAsync(platform.Platform);
        using (var response = await PostAsync(dj, (string)taken["custom_domain"]!))
            Assert.Contains("Another account", (string)(await response.ProblemAsync(HttpStatusCode.Conflict))["error"]!, StringComparison.Ordinal);
        await RequireNothingAsync(dj);

        var own = DomainPlatform.NewHost();
        await platform.AddAsync(own, dj: dj);
        using (var response = await PostAsync(dj, own))
            Assert.Contains("already", (string)(await response.ProblemAsync(HttpStatusCode.Conflict))["error"]!, StringComparison.Ordinal);
        Assert.Empty(await PodcastsAsync(dj));
        // Not even for a moment: nothing was created and deleted again.
        using var admin = await Dj.AdminAsync(platform.Platform);
        Assert.Empty((await admin.GetAsync($"/v1/admin/audit?actor={await dj.IdAsync()}&action=podcasts.create"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Of_requests_for_one_domain_at_once_one_has_a_podcast_and_the_others_leave_none()
    {
        using var dj = await Dj.RegisterAsync(platform.Platform);
        string[] hosts = [.. Enumerable.Range(0, 4).Select(_ => DomainPlatform.NewHost())];
        foreach (var host in hosts)
        {
            var responses = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PostAsync(dj, host)));
            Assert.Equal(1, responses.Count(response => response.StatusCode == HttpStatusCode.Created));
            Assert.Equal(11, responses.Count(response => response.StatusCode == HttpStatusCode.Conflict));
            foreach (var response in responses)
                response.Dispose();
        }
        var domains = (await dj.GetAsync("/v1/domains"))["items"]!.AsArray();
        Assert.Equal(hosts.Order(), domains.Select(domain => (string)domain!["custom_domain"]!).Order());
        Assert.Equal(domains.Select(domain => (string)domain!["podcast_id"]!).Order(), (await PodcastsAsync(dj)).Select(podcast => (string)podcast!["podcast_id"]!).Order());
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_gets_the_same_podcast_and_domain()
    {
        var (host, key) = (DomainPlatform.NewHost(), $"{Guid.NewGuid()}");
        async Task<string> CreateAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/podcasts") { Content = JsonContent.Create(new { title = "Show", custom_domain = host }) };
            request.Headers.Add("Idempotency-Key", key);
            using var response = await platform.Dj.Client.SendAsync(request);
            return (await response.JsonAsync(HttpStatusCode.Created)).ToJsonString();
        }
        Assert.Equal(await CreateAsync(), await CreateAsync());
    }

    [Fact]
    public async Task A_key_for_podcasts_only_adds_no_domain()
    {
        using var dj = await Dj.RegisterAsync(platform.Platform);
        var key = await dj.PostAsync("/v1/api-keys", new { name = "feeds", scopes = new[] { "podcasts:write" } });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/podcasts") { Content = JsonContent.Create(new { title = "Show", custom_domain = DomainPlatform.NewHost() }) };
        request.Headers.Add("X-API-Key", (string)key["api_key"]!);
        using var response = await platform.Platform.Client.SendAsync(request);
        Assert.Equal("domains:write", (string)(await response.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
        await RequireNothingAsync(dj);
    }

    private static Task<HttpResponseMessage> PostAsync(Dj dj, string host) => dj.Client.PostAsJsonAsync("/v1/podcasts", new { title = "Show", custom_domain = host });

    private static async Task<JsonArray> PodcastsAsync(Dj dj) => (await dj.GetAsync("/v1/podcasts?owner=me&limit=100"))["items"]!.AsArray();

    private static async Task RequireNothingAsync(Dj dj)
    {
        Assert.Empty(await PodcastsAsync(dj));
        Assert.Empty((await dj.GetAsync("/v1/domains"))["items"]!.AsArray());
    }
}
