using AudioOrleans.Grains.Domains;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.RelayHost.Domains;
using Microsoft.Extensions.Configuration;

namespace AudioOrleans.Grains.Tests.Domains;

public sealed class DomainRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);
    private static readonly DnsFindings Right = new(DnsAnswer.Found, null, DnsAnswer.Found, null, false);
    private static readonly DnsFindings NoText = new(DnsAnswer.Missing, "No TXT.", DnsAnswer.Found, null, false);
    private static readonly DnsFindings NoPointer = new(DnsAnswer.Found, null, DnsAnswer.Missing, "No CNAME.", true);
    private static readonly DnsFindings Silent = new(DnsAnswer.Unknown, "No answer.", DnsAnswer.Unknown, "No answer.", false);

    private readonly Guid _id = Guid.NewGuid();
    private readonly DomainOptions _options = new() { Acme = new AcmeOptions { Directory = "https://acme.example.org/directory", Email = "a@example.org" } };

    private static DomainState New => DomainRules.Add(new AddDomain(Guid.NewGuid(), "a.example.org", null, "platform.test"), "a.example.org", "value", Start);

    private DomainState Verified => Observe(New, Right, Start);

    private DomainState Issued => DomainRules.WithCertificate(Verified, _id, Start, Start.AddDays(90), Start);

    [Fact]
    public void A_new_domain_is_verified_when_its_record_is_found()
    {
        var waiting = Observe(New, NoText, Start.AddMinutes(1));
        Assert.Equal((VerificationStatus.Pending, "No TXT."), (waiting.Verification, waiting.Reason));
        Assert.Equal(Start.AddMinutes(2), DomainRules.NextCheck(waiting, _id, true, Start.AddMinutes(1)));
        Assert.False(DomainRules.WantsCertificate(waiting, Start.AddMinutes(1)));
        var found = Observe(waiting, Right, Start.AddMinutes(2));
        Assert.Equal((VerificationStatus.Verified, Start.AddMinutes(2), null), (found.Verification, found.VerifiedAt, found.Reason));
        Assert.True(DomainRules.WantsCertificate(found, Start.AddMinutes(2)));
    }

    [Fact]
    public void After_a_day_without_its_record_a_domain_has_failed_until_it_is_asked_for_again()
    {
        Assert.Equal(VerificationStatus.Pending, Observe(New, NoText, Start.AddHours(24).AddSeconds(-1)).Verification);
        Assert.Equal(VerificationStatus.Failed, Observe(New, Silent, Start.AddHours(24)).Verification);
        var failed = Observe(New, NoText, Start.AddHours(24));
        Assert.Equal((VerificationStatus.Failed, "The TXT record was not found within 24 hours. No TXT."), (failed.Verification, failed.Reason));
        Assert.Null(DomainRules.NextCheck(failed, _id, true, Start.AddHours(24)));
        Assert.Equal(VerificationStatus.Failed, Observe(failed, Right, Start.AddHours(25)).Verification);
        var again = DomainRules.Restart(failed, Start.AddDays(3));
        Assert.Equal(VerificationStatus.Pending, Observe(again, NoText, Start.AddDays(3).AddHours(23)).Verification);
        Assert.Equal(VerificationStatus.Verified, Observe(again, Right, Start.AddDays(3)).Verification);
    }

    [Fact]
    public void Without_the_pointer_a_domain_is_verified_but_gets_no_certificate()
    {
        var state = Observe(New, NoPointer, Start);
        Assert.Equal((VerificationStatus.Verified, "No CNAME."), (state.Verification, state.Reason));
        Assert.False(DomainRules.WantsCertificate(state, Start));
        Assert.Equal("A certificate is requested once the host points to the platform.", Details(state).TlsReason);
        // It has never pointed here, so that it cannot have gone.
        Assert.Null(Observe(state, NoPointer, Start.AddDays(30)).DanglingSince);
        Assert.True(DomainRules.WantsCertificate(Observe(state, Right, Start.AddHours(1)), Start.AddHours(1)));
    }

    [Fact]
    public void Without_an_authority_the_domain_says_what_is_missing()
    {
        var details = DomainRules.ToDetails(_id, Verified, new DomainOptions(), "feeds.platform.test", Start);
        Assert.Equal((VerificationStatus.Verified, TlsStatus.None), (details.Verification, details.Tls));
        Assert.Contains("Domains__Acme__Directory", details.TlsReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_record_that_is_gone_ends_renewals_at_once_and_the_domain_after_the_grace(bool text)
    {
        var gone = text ? NoText : NoPointer;
        var due = Issued.Certificate!.RenewAt;
        var state = Observe(Issued, gone, due);
        Assert.Equal((VerificationStatus.Verified, due), (state.Verification, state.DanglingSince));
        Assert.False(DomainRules.WantsCertificate(state, due));
        Assert.NotNull(state.Certificate);
        Assert.Contains("nothing is served", state.Reason, StringComparison.Ordinal);
        // DNS that does not answer neither heals nor hurts.
        Assert.Equal((VerificationStatus.Verified, due), (Observe(state, Silent, due.AddDays(9)).Verification, Observe(state, Silent, due.AddDays(9)).DanglingSince));
        var healed = Observe(state, Right, due.AddDays(2));
        Assert.Equal((null, null), (healed.DanglingSince, healed.Reason));
        Assert.True(DomainRules.WantsCertificate(healed, due.AddDays(2)));
        var failed = Observe(state, gone, due.AddDays(3));
        Assert.Equal(VerificationStatus.Failed, failed.Verification);
        Assert.Null(failed.Certificate);
        Assert.Contains("have been gone for 72 hours", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_resolver_never_takes_a_domain_away()
    {
        var state = Issued;
        for (var day = 1; day < 60; day++)
            state = Observe(state, Silent, Start.AddDays(day));
        Assert.Equal((VerificationStatus.Verified, TlsStatus.Issued), (state.Verification, DomainRules.TlsOf(state, Start.AddDays(60))));
        Assert.False(DomainRules.WantsCertificate(state, Start.AddDays(80)));
    }

    [Fact]
    public void Certificates_are_renewed_around_two_thirds_of_their_lives_and_not_together()
    {
        var times = Enumerable.Range(0, 1000).Select(_ => DomainRules.WithCertificate(Verified, Guid.NewGuid(), Start, Start.AddDays(90), Start).Certificate!.RenewAt).ToList();
        Assert.All(times, at => Assert.InRange(at, Start.AddDays(55.5), Start.AddDays(60)));
        Assert.InRange(times.GroupBy(at => at.Date).Max(day => day.Count()), 1, 400);
        Assert.Equal(Issued.Certificate!.RenewAt, DomainRules.WithCertificate(Verified, _id, Start, Start.AddDays(90), Start).Certificate!.RenewAt);
        Assert.False(DomainRules.WantsCertificate(Issued, Issued.Certificate.RenewAt.AddSeconds(-1)));
        Assert.True(DomainRules.WantsCertificate(Issued, Issued.Certificate.RenewAt));
        // A renewed certificate is another one for gateways.
        Assert.True(DomainRules.WithCertificate(Issued, _id, Start, Start.AddDays(90), Start).Certificate!.Number > Issued.Certificate.Number);
    }

    [Fact]
    public void Refusals_are_repeated_ever_more_rarely_and_a_valid_certificate_stays()
    {
        var (state, pauses) = (Issued, new List<TimeSpan>());
        for (var i = 0; i < 12; i++)
        {
            state = DomainRules.WithRefusal(state, _id, "Refused.", isRateLimited: false, Start);
            pauses.Add(state.NextAttemptAt!.Value - Start);
        }
        Assert.InRange(pauses[0], TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(19));
        Assert.Equal(pauses.Order(), pauses);
        Assert.InRange(pauses[^1], TimeSpan.FromDays(1), TimeSpan.FromDays(1.25));
        Assert.Equal((TlsStatus.Issued, "Refused."), (Details(state).Tls, Details(state).TlsReason));
        Assert.Equal(TlsStatus.Failed, DomainRules.TlsOf(state, Start.AddDays(90)));
        Assert.InRange(DomainRules.WithRefusal(Verified, _id, "Wait.", isRateLimited: true, Start).NextAttemptAt!.Value - Start, TimeSpan.FromHours(12), TimeSpan.FromHours(15));
        Assert.False(DomainRules.WantsCertificate(state, state.NextAttemptAt!.Value.AddSeconds(-1)));
    }

    [Fact]
    public void A_domain_is_checked_often_at_first_and_then_four_times_a_day()
    {
        var bare = Observe(New, NoPointer, Start);
        Assert.Equal(Start.AddMinutes(5), DomainRules.NextCheck(bare, _id, true, Start));
        Assert.Equal(Start.AddDays(2).AddHours(1), DomainRules.NextCheck(bare, _id, true, Start.AddDays(2)));
        Assert.InRange(DomainRules.NextCheck(Issued, _id, true, Start)!.Value, Start.AddHours(6), Start.AddHours(6.7));
        var soon = Issued.Certificate!.RenewAt.AddMinutes(-10);
        Assert.Equal(Issued.Certificate.RenewAt, DomainRules.NextCheck(Issued, _id, true, soon));
    }

    [Fact]
    public void Without_a_target_a_domain_is_verified_and_says_which_setting_is_missing()
    {
        var noTarget = new DnsFindings(DnsAnswer.Found, null, DnsAnswer.Unknown, null, false);
        foreach (var state in new[] { New, Observe(New, NoText with { Pointer = DnsAnswer.Unknown }, Start), Observe(New, noTarget, Start), Observe(Issued, noTarget, Start.AddDays(30)) })
        {
            var details = DomainRules.ToDetails(_id, state, _options, null, Start);
            Assert.Null(details.CnameTarget);
            Assert.Equal($"{state.Reason} {DomainRules.NoTarget}".Trim(), details.VerificationReason);
            Assert.False(DomainRules.WantsCertificate(state, Start));
        }
        Assert.Equal(DomainRules.NoTarget, DomainRules.ToDetails(_id, Observe(New, noTarget, Start), _options, null, Start).TlsReason);
        // An operator who removes the setting ends no domain.
        Assert.Null(Observe(Issued, noTarget, Start.AddDays(30)).DanglingSince);
    }

    [Theory]
    [InlineData("feeds.example.org", "https://radio.example.org", "feeds.example.org")]
    [InlineData(null, "https://radio.example.org", "radio.example.org")]
    [InlineData("feeds.example.org", "http://127.0.0.1:8080", "feeds.example.org")]
    [InlineData(null, "http://127.0.0.1:8080", null)]
    [InlineData(null, "http://localhost:8080", null)]
    [InlineData(null, "http://[::1]:8080", null)]
    [InlineData(null, null, null)]
    public void Domains_point_to_a_host_that_a_setting_names_and_others_can_reach(string? target, string? publicUrl, string? expected)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["PublicUrl"] = publicUrl }).Build();
        Assert.Equal(expected, new DomainTargets(new DomainOptions { Target = target }, configuration).Target);
    }

    private DomainState Observe(DomainState state, DnsFindings found, DateTimeOffset now) => DomainRules.Observe(state, found, _options, now);

    private DomainDetails Details(DomainState state) => DomainRules.ToDetails(_id, state, _options, "feeds.platform.test", Start);
}
