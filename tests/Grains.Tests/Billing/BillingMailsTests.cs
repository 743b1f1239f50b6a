using AudioOrleans.Grains.Billing;
using AudioOrleans.Grains.Interfaces.Billing;

namespace AudioOrleans.Grains.Tests.Billing;

public sealed class BillingMailsTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly SubscriptionState Active = new()
    {
        Terms = new SubscriptionTerms("Members", 499, "EUR", BillingInterval.Month, 0, "test_price"), Billed = new Billed("test_sub", SubscriptionStatus.Active, Start, Start.AddMonths(1)),
    };

    private static readonly SubscriptionState PastDue = Active with { Billed = Active.Billed with { Status = SubscriptionStatus.PastDue, PastDueSince = Start, Failures = 1 } };

    [Fact]
    public void Each_payment_that_fails_is_told_of()
    {
        Assert.Contains("failed", SubjectOf(Active, PastDue), StringComparison.Ordinal);
        Assert.Contains("4.99 EUR", TextOf(Active, PastDue), StringComparison.Ordinal);
        Assert.Contains("failed", SubjectOf(PastDue, PastDue with { Billed = PastDue.Billed with { Failures = 2 } }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_is_told_of_once()
    {
        var ended = Active with { Billed = Active.Billed with { Status = SubscriptionStatus.Canceled, EndsAt = Start } };
        Assert.Contains("has ended", SubjectOf(PastDue, ended), StringComparison.Ordinal);
        Assert.Null(BillingMails.About(ended, ended));
    }

    [Fact]
    public void A_renewal_is_announced_with_its_day_and_price()
    {
        var announced = Active with { NoticedRenewal = Active.Billed.PeriodEnd };
        Assert.Contains("renewed on 2026-02-28 for 4.99 EUR", TextOf(Active, announced), StringComparison.Ordinal);
        Assert.Null(BillingMails.About(announced, announced));
    }

    [Fact]
    public void Nothing_else_is_told_of()
    {
        Assert.Null(BillingMails.About(null, Active));
        Assert.Null(BillingMails.About(PastDue, Active)); // They have just paid it themselves.
        Assert.Null(BillingMails.About(Active, Active with { Billed = Active.Billed with { EndsAt = Start } }));
    }

    private static string SubjectOf(SubscriptionState before, SubscriptionState after) => BillingMails.About(before, after)!("listener@example.org", new Uri("https://radio.example.org/")).Subject;

    private static string TextOf(SubscriptionState before, SubscriptionState after) => BillingMails.About(before, after)!("listener@example.org", new Uri("https://radio.example.org/")).Text;
}
