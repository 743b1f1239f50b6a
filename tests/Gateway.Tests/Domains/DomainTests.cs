using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Testing.Domains;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Domains;

/// <summary>Claims of domains and their records.</summary>
[Collection(DomainPlatformGroup.Name), Trait("Speed", "slow")]
public sealed class DomainTests(SharedDomainPlatform platform)
{
    [Fact]
    public async Task A_new_domain_names_the_records_to_set_and_is_verified_when_they_are_there()
    {
        var host = DomainPlatform.NewHost();
        var domain = await platform.AddAsync(host.ToUpperInvariant() + ".");
        Assert.Equal(host, (string)domain["custom_domain"]!);
        Assert.Equal(("pending", "none"), ((string)domain["verification_status"]!, (string)domain["tls_status"]!));
        Assert.Equal((DomainPlatform.Target, $"_audio-challenge.{host}"), ((string)domain["cname_target"]!, (string)domain["dns_challenge_name"]!));
        Assert.StartsWith("audio-domain=", (string)domain["dns_challenge_record"]!, StringComparison.Ordinal);

        var checkedOnce = await platform.VerifyAsync(domain);
        Assert.Equal(("pending", $"There is no TXT record _audio-challenge.{host}."), ((string)checkedOnce["verification_status"]!, (string)checkedOnce["verification_reason"]!));
        await platform.Dns.SetTextAsync((string)domain["dns_challenge_name"]!, "something else");
        Assert.Contains("has another value: something else", (string)(await platform.VerifyAsync(domain))["verification_reason"]!, StringComparison.Ordinal);
        // A record of another name counts for nothing, wherever an alias leads.
        await platform.Dns.ClearTextAsync((string)domain["dns_challenge_name"]!);
        await platform.Dns.SetTextAsync("elsewhere.customer.test", (string)domain["dns_challenge_record"]!);
        await platform.Dns.SetCnameAsync((string)domain["dns_challenge_name"]!, "elsewhere.customer.test");
        Assert.Equal("pending", (string)(await platform.VerifyAsync(domain))["verification_status"]!);
        await platform.Dns.ClearCnameAsync((string)domain["dns_challenge_name"]!);

        await platform.Dns.SetTextAsync((string)domain["dns_challenge_name"]!, (string)domain["dns_challenge_record"]!);
        var verified = await platform.VerifyAsync(domain);
        Assert.Equal(("verified", "none"), ((string)verified["verification_status"]!, (string)verified["tls_status"]!));
        Assert.Contains("neither a CNAME record nor addresses", (string)verified["verification_reason"]!, StringComparison.Ordinal);
        Assert.Contains("points to the platform", (string)verified["tls_reason"]!, StringComparison.Ordinal);
        await platform.Dns.SetAddressAsync(host, "203.0.113.7");
        Assert.Contains("points elsewhere", (string)(await platform.VerifyAsync(domain))["verification_reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Aliases_that_go_round_or_never_end_are_given_up()
    {
        var host = DomainPlatform.NewHost();
        var domain = await platform.AddAsync(host);
        await platform.Dns.SetTextAsync((string)domain["dns_challenge_name"]!, (string)domain["dns_challenge_record"]!);
        await platform.Dns.SetCnameAsync(host, $"a.{host}");
        await platform.Dns.SetCnameAsync($"a.{host}", host);
        Assert.Contains("too many CNAME records", (string)(await platform.VerifyAsync(domain))["verification_reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_resolver_that_fails_changes_nothing()
    {
        var domain = await platform.AddAsync(DomainPlatform.NewHost());
        await platform.Dns.SetTextAsync((string)domain["dns_challenge_name"]!, (string)domain["dns_challenge_record"]!);
        await platform.Dns.FailAsync((string)domain["dns_challenge_name"]!);
        var asked = await platform.VerifyAsync(domain);
        Assert.Equal(("pending", true), ((string)asked["verification_status"]!, ((string)asked["verification_reason"]!).StartsWith("DNS did not answer", StringComparison.Ordinal)));
        await platform.Dns.RecoverAsync((string)domain["dns_challenge_name"]!);
        Assert.Equal("verified", (string)(await platform.VerifyAsync(domain))["verification_status"]!);
    }

    [Fact]
    public async Task An_unverified_claim_blocks_nobody_else_and_a_verified_one_everybody()
    {
        using var other = await Dj.RegisterAsync(platform.Platform);
        var host = DomainPlatform.NewHost();
        var first = await platform.AddAsync(host);
        using (var twice = await platform.PostAsync(host))
            await twice.ProblemAsync(HttpStatusCode.Conflict);
        var second = await platform.AddAsync(host, dj: other);
        Assert.NotEqual((string)first["dns_challenge_record"]!, (string)second["dns_challenge_record"]!);
        await platform.Dns.SetTextAsync((string)second["dns_challenge_name"]!, (string)second["dns_challenge_record"]!);
        Assert.Equal("pending", (string)(await platform.VerifyAsync(first))["verification_status"]!);
        Assert.Equal("verified", (string)(await platform.VerifyAsync(second, other))["verification_status"]!);
        // The record of the first account comes later: the host has an owner.
        await platform.Dns.SetTextAsync((string)first["dns_challenge_name"]!, (string)first["dns_challenge_record"]!);
        var late = await platform.VerifyAsync(first);
        Assert.Equal(("failed", "Another account has verified this domain."), ((string)late["verification_status"]!, (string)late["verification_reason"]!));
        using var third = await Dj.RegisterAsync(platform.Platform);
        using (var taken = await platform.PostAsync(host, dj: third))
            await taken.ProblemAsync(HttpStatusCode.Conflict);
        // Nobody sees, checks or deletes what is not theirs.
        foreach (var (method, path) in new[] { (HttpMethod.Get, ""), (HttpMethod.Post, "/verify"), (HttpMethod.Delete, "") })
        {
            using var request = new HttpRequestMessage(method, $"/v1/domains/{second["domain_id"]}{path}");
            using var response = await platform.Dj.Client.SendAsync(request);
            await response.ProblemAsync(HttpStatusCode.NotFound);
        }
        var listed = (await other.GetAsync("/v1/domains"))["items"]!.AsArray();
        Assert.Equal((string)second["domain_id"]!, (string)Assert.Single(listed)!["domain_id"]!);
        using (var deleted = await other.Client.DeleteAsync(new Uri($"/v1/domains/{second["domain_id"]}", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal("verified", (string)(await platform.VerifyAsync(first))["verification_status"]!);
    }

    [Theory]
    [InlineData("*.customer.test", "not_allowed")]
    [InlineData("127.0.0.1", "not_allowed")]
    [InlineData("localhost", "not_allowed")]
    [InlineData("co.uk", "not_allowed")]
    [InlineData("pаypal.com", "not_allowed")]
    [InlineData("platform.test", "not_allowed")]
    [InlineData("www.platform.test", "not_allowed")]
    [InlineData("feeds.platform.test", "not_allowed")]
    [InlineData("https://show.customer.test/", "malformed")]
    [InlineData(null, "required")]
    public async Task What_is_no_domain_of_ones_own_is_refused(string? host, string code)
    {
        using var response = await platform.PostAsync(host);
        Assert.Equal(code, (string)(await response.ProblemAsync(HttpStatusCode.BadRequest))["codes"]!["custom_domain"]![0]!);
    }

    [Fact]
    public async Task A_podcast_of_somebody_else_is_refused_like_one_that_does_not_exist()
    {
        using var other = await Dj.RegisterAsync(platform.Platform);
        using var created = await other.Client.PostAsJsonAsync("/v1/podcasts", new { title = "Theirs", description = "A talk." });
        var theirs = (Guid)(await created.JsonAsync(HttpStatusCode.Created))["podcast_id"]!;
        foreach (var podcastId in new[] { theirs, Guid.NewGuid() })
        {
            using var response = await platform.PostAsync(DomainPlatform.NewHost(), podcastId);
            Assert.Equal("not_an_id", (string)(await response.ProblemAsync(HttpStatusCode.BadRequest))["codes"]!["podcast_id"]![0]!);
        }
    }

    [Fact]
    public async Task A_listener_has_no_domains()
    {
        using var listener = await Dj.RegisterAsync(platform.Platform, "listener");
        using var response = await platform.PostAsync(DomainPlatform.NewHost(), dj: listener);
        Assert.Equal("domains:write", (string)(await response.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
    }
}
