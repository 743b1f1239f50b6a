using System.Security.Cryptography.X509Certificates;
using System.Text;
using AudioOrleans.Grains.Domains;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Grains.Tests.Operations;
using AudioOrleans.Grains.Tests.Uploads;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Domains;
using Dapper;

namespace AudioOrleans.Grains.Tests.Domains;

/// <summary>A domain with a real DNS server that takes updates and a real certificate authority.</summary>
[Trait("Speed", "slow")]
public sealed class DomainGrainTests : IAsyncLifetime
{
    private const string Host = $"show.{NamedServer.Zone}";
    private const string Target = $"feeds.{NamedServer.Zone}";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private readonly ShiftedClock _clock = new();
    private readonly Guid _id = Guid.NewGuid();
    private readonly Guid _owner = Guid.NewGuid();
    private NamedServer _dns = null!;
    private PebbleServer _authority = null!;
    private OperationSilo _silo = null!;

    private IDomainGrain Domain => _silo.Grains.GetGrain<IDomainGrain>(GrainKeys.Domain(_id));

    private IDomainCatalogGrain Catalog => _silo.Grains.GetGrain<IDomainCatalogGrain>(GrainKeys.Shared);

    private Caller Owner => new(_owner, IsAdmin: false);

    public async Task InitializeAsync()
    {
        _dns = await NamedServer.StartAsync("feeds IN A 127.0.0.1", "busy IN A 203.0.113.9");
        _authority = await PebbleServer.StartAsync(_dns.Address, httpPort: 1);
        var settings = _authority.Settings.ToDictionary(setting => setting.Key.Replace("__", ":", StringComparison.Ordinal), setting => setting.Value);
        settings["Domains:Resolver"] = _dns.Address;
        settings["Domains:Target"] = Target;
        settings["Domains:Update:Server"] = _dns.Address;
        settings["Domains:Update:Zone"] = NamedServer.Zone;
        settings["Domains:Update:Key"] = _dns.Key;
        _silo = await OperationSilo.StartAsync(await PostgresServer.NewDatabaseAsync(), settings, _clock);
    }

    public async Task DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _authority.DisposeAsync();
        await _dns.DisposeAsync();
    }

    [Fact]
    public async Task With_dns_updates_the_pointer_and_the_certificate_come_by_themselves_and_are_renewed_until_the_records_are_gone()
    {
        var domain = await AddAsync(Host);
        Assert.Equal("", await _dns.LookUpAsync(Host, "CNAME")); // Not before the owner is known.
        await _dns.AddAsync(domain.ChallengeName, "TXT", $"\"{domain.ChallengeRecord}\"");
        Assert.Equal(VerificationStatus.Verified, (await Domain.Verify(Owner)).Verification);
        await Eventually.That(async () => (await Domain.Get(Owner)).Tls == TlsStatus.Issued, Soon, "the certificate is issued");
        Assert.Equal($"{Target}.", await _dns.LookUpAsync(Host, "CNAME"));
        Assert.Equal("", await _dns.LookUpAsync($"_acme-challenge.{Host}", "TXT")); // lego cleans up.

        var first = (await Catalog.FindCertificate(Host))!;
        using (var certificate = X509Certificate2.CreateFromPem(first.Chain.Value, first.Key.Value))
            Assert.True(certificate.MatchesHostname(Host));
        var served = (await Catalog.FindHost(Host))!;
        await AssertSealedAsync(first);

        // At two thirds of its life the certificate is renewed, with the same account, and gateways hear of it.
        _clock.Shift((first.NotAfter - first.NotBefore) * 0.68);
        await Domain.Verify(Owner);
        await Eventually.That(async () => (await Catalog.FindHost(Host))!.Certificate != served.Certificate, Soon, "the certificate is renewed");
        var second = (await Catalog.FindCertificate(Host))!;
        Assert.NotEqual(first.Key, second.Key);
        Assert.Equal(1, await CountAsync("select count(*) from acme_accounts"));

        // The owner takes the record away: nothing is renewed any more, and after the grace nothing is served.
        await _dns.RemoveAsync(domain.ChallengeName, "TXT");
        _clock.Shift(TimeSpan.FromDays(4000));
        var warned = await Domain.Verify(Owner);
        Assert.Equal(VerificationStatus.Verified, warned.Verification);
        Assert.Contains("not renewed", warned.VerificationReason, StringComparison.Ordinal);
        Assert.Equal(0, await CountAsync("select count(*) from jobs where kind = 'domains.issue_certificate' and state in ('queued', 'running')"));
        _clock.Shift(TimeSpan.FromDays(3));
        Assert.Equal(VerificationStatus.Failed, (await Domain.Verify(Owner)).Verification);
        Assert.Null(await Catalog.FindHost(Host));
        Assert.Null(await Catalog.FindCertificate(Host));
    }

    [Fact]
    public async Task Records_that_somebody_else_has_set_are_never_replaced()
    {
        const string busy = $"busy.{NamedServer.Zone}";
        var domain = await AddAsync(busy);
        await _dns.AddAsync(domain.ChallengeName, "TXT", $"\"{domain.ChallengeRecord}\"");
        var verified = await Domain.Verify(Owner);
        Assert.Contains("points elsewhere", verified.VerificationReason, StringComparison.Ordinal);
        Assert.Equal("203.0.113.9", await _dns.LookUpAsync(busy, "A"));
        Assert.Equal(0, await CountAsync("select count(*) from jobs"));
    }

    [Fact]
    public async Task A_reminder_checks_the_records_without_being_asked()
    {
        var domain = await AddAsync(Host);
        await _dns.AddAsync(domain.ChallengeName, "TXT", $"\"{domain.ChallengeRecord}\"");
        Assert.Equal(1, await CountAsync("select count(*) from reminders"));
        await _silo.Grains.GetGrain<IDomainGrain>(GrainKeys.Domain(_id)).AsReference<IRemindable>().ReceiveReminder("check", default);
        Assert.Equal(VerificationStatus.Verified, (await Domain.Get(Owner)).Verification);
        await Domain.Delete(Owner);
        Assert.Equal(0, await CountAsync("select count(*) from reminders"));
    }

    private async Task<DomainDetails> AddAsync(string host)
    {
        var outcome = await Domain.Add(new AddDomain(_owner, host, null, "platform.example.org"));
        Assert.Null(outcome.Problem);
        return outcome.Details!;
    }

    private Task<long> CountAsync(string sql) => _silo.Database.RunAsync(connection => connection.ExecuteScalarAsync<long>(sql));

    /// <summary>Neither keys nor accounts are readable in the database.</summary>
    private async Task AssertSealedAsync(IssuedCertificate certificate)
    {
        Assert.Contains("PRIVATE KEY", certificate.Key.Value, StringComparison.Ordinal);
        foreach (var sql in new[] { "select sealed from domain_certificates", "select sealed from acme_accounts" })
        {
            var stored = await _silo.Database.RunAsync(connection => connection.QuerySingleAsync<byte[]>(sql));
            Assert.DoesNotContain("PRIVATE", Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
            Assert.DoesNotContain("acme@example.org", Encoding.Latin1.GetString(stored), StringComparison.Ordinal);
        }
        Assert.Equal(0, await CountAsync("select count(*) from grain_state where state::text like '%PRIVATE KEY%'"));
        Assert.NotEmpty(await _silo.Service<DomainCertificates>().FindAccountAsync(_authority.Directory, default));
    }
}
