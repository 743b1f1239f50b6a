using AudioOrleans.Testing.Domains;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Domains;

/// <summary>Domains of a platform whose operator has set neither <c>Domains__Target</c> nor <c>PublicUrl</c>.</summary>
[Trait("Speed", "slow")]
public sealed class DomainTargetTests
{
    [Fact]
    public async Task A_domain_without_a_target_says_which_setting_the_operator_has_to_set_and_is_not_compared_with_loopback()
    {
        const string host = "show.customer.test";
        await using var dns = await DnsTestServer.StartAsync();
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?>
        {
            ["Domains__Resolver"] = dns.Address, ["Domains__Acme__Directory"] = "https://127.0.0.1:1/dir", ["Domains__Acme__Email"] = "acme@example.org",
        });
        using var dj = await Dj.RegisterAsync(platform);
        var domain = await dj.PostAsync("/v1/domains", new { custom_domain = host });
        Assert.Null(domain["cname_target"]);
        Assert.Contains("Domains__Target or PublicUrl", (string)domain["verification_reason"]!, StringComparison.Ordinal);

        // The records of somebody who reads 127.0.0.1 in the address of the platform.
        await dns.SetTextAsync((string)domain["dns_challenge_name"]!, (string)domain["dns_challenge_record"]!);
        await dns.SetAddressAsync(host, "127.0.0.1");
        var verified = await dj.PostAsync($"/v1/domains/{domain["domain_id"]}/verify");
        Assert.Equal(("verified", "none", null), ((string)verified["verification_status"]!, (string)verified["tls_status"]!, verified["cname_target"]));
        Assert.Contains("Domains__Target or PublicUrl", (string)verified["verification_reason"]!, StringComparison.Ordinal);
        Assert.Contains("Domains__Target or PublicUrl", (string)verified["tls_reason"]!, StringComparison.Ordinal);
    }
}
