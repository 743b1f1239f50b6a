using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Gateway.Tests.Accounts;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Domains;
using AudioOrleans.Testing.Mail;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Domains;

/// <summary>A platform without a certificate authority, on which a domain has a second to be verified.</summary>
[Trait("Speed", "slow")]
public sealed class DomainMailTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly MailServer _mail = MailServer.Create();
    private DnsTestServer _dns = null!;
    private PlatformProcess _platform = null!;

    public async Task InitializeAsync()
    {
        await _mail.StartAsync();
        _dns = await DnsTestServer.StartAsync();
        _platform = await PlatformProcess.StartAsync(_mail.Settings.Add("Domains__Resolver", _dns.Address).Add("Domains__VerifyWithin", "00:00:01"));
    }

    public async Task DisposeAsync()
    {
        await _platform.DisposeAsync();
        await _dns.DisposeAsync();
        await _mail.DisposeAsync();
    }

    [Fact]
    public async Task A_domain_that_is_not_verified_in_time_has_failed_and_its_owner_reads_what_to_check()
    {
        var email = $"{Guid.NewGuid():N}@example.org";
        await MailPlatform.RegisterAsync(_platform, email);
        using (var verified = await _platform.Client.PostAsJsonAsync("/v1/auth/verify-email", new { token = (await _mail.NextAsync(email)).Token }))
            Assert.Equal(HttpStatusCode.NoContent, verified.StatusCode);
        using var dj = await Dj.LogInAsync(_platform, email);
        using var added = await dj.Client.PostAsJsonAsync("/v1/domains", new { custom_domain = "show.customer.test" });
        var domain = await added.JsonAsync(HttpStatusCode.Created);
        Assert.Equal("radio.example.org", (string)domain["cname_target"]!); // That of PublicUrl.
        var verify = new Uri($"/v1/domains/{domain["domain_id"]}/verify", UriKind.Relative);
        await Eventually.That(
            async () =>
            {
                using var response = await dj.Client.PostAsync(verify, null);
                return (string)(await response.JsonAsync(HttpStatusCode.OK))["verification_status"]! == "failed";
            },
            Soon, "the domain has failed");
        var mail = await _mail.NextAsync(email, count: 2);
        Assert.Equal("Your domain show.customer.test is not set up", mail.Subject);
        Assert.Contains((string)domain["dns_challenge_name"]!, mail.Text, StringComparison.Ordinal);
        Assert.Contains((string)domain["dns_challenge_record"]!, mail.Text, StringComparison.Ordinal);
        Assert.Contains("value radio.example.org", mail.Text, StringComparison.Ordinal);

        // Checked again, it gets another chance, and says that nobody requests certificates here.
        await _dns.SetTextAsync((string)domain["dns_challenge_name"]!, (string)domain["dns_challenge_record"]!);
        await _dns.SetCnameAsync("show.customer.test", "radio.example.org");
        using var again = await dj.Client.PostAsync(verify, null);
        var found = await again.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(("verified", "none"), ((string)found["verification_status"]!, (string)found["tls_status"]!));
        Assert.Contains("Domains__Acme__Directory", (string)found["tls_reason"]!, StringComparison.Ordinal);
    }
}
