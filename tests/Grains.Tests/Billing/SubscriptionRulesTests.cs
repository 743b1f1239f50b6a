using AudioOrleans.Grains.Billing;
using AudioOrleans.Grains.Interfaces.Billing;

namespace AudioOrleans.Grains.Tests.Billing;

public sealed class SubscriptionRulesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = new(2026, 2, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Owner = Guid.NewGuid();
    private static readonly CoveredResource Stream = new(CoveredKind.Stream, Guid.NewGuid());

    [Theory]
    [InlineData(SubscriptionStatus.Trialing, 0, true)]
    [InlineData(SubscriptionStatus.Active, 0, true)]
    [InlineData(SubscriptionStatus.Incomplete, 7, false)]
    [InlineData(SubscriptionStatus.PastDue, 0, false)]
    [InlineData(SubscriptionStatus.PastDue, 7, true)]
    [InlineData(SubscriptionStatus.Canceled, 0, false)]
    public void A_state_gives_access_or_does_not(SubscriptionStatus status, int graceDays, bool expected)
    {
        var state = StateOf(new Billed("test_sub", status, Start, End, EndsAt: status == SubscriptionStatus.Canceled ? Start : null, PastDueSince: status == SubscriptionStatus.PastDue ? Start : null));
        Assert.Equal(expected, SubscriptionRules.ToDetails(Guid.NewGuid(), state, TimeSpan.FromDays(graceDays), Start.AddDays(1)).IsEntitled);
    }

    [Fact]
    public void What_was_canceled_gives_access_to_the_end_of_what_is_paid()
    {
        var state = StateOf(new Billed("test_sub", SubscriptionStatus.Active, Start, End, EndsAt: End));
        Assert.True(SubscriptionRules.ToDetails(Guid.NewGuid(), state, default, End.AddSeconds(-1)).IsEntitled);
        Assert.False(SubscriptionRules.ToDetails(Guid.NewGuid(), state, default, End).IsEntitled);
    }

    [Fact]
    public void The_grace_ends_also_if_nobody_looks()
    {
        var state = StateOf(new Billed("test_sub", SubscriptionStatus.PastDue, Start, End, PastDueSince: Start));
        Assert.Equal(Start.AddDays(3), SubscriptionRules.EntitledUntil(state, TimeSpan.FromDays(3)));
    }

    [Fact]
    public void A_renewal_is_announced_once()
    {
        var state = StateOf(new Billed("test_sub", SubscriptionStatus.Active, Start, End));
        Assert.Equal(End.AddDays(-3), SubscriptionRules.NoticeAt(state));
        Assert.Equal(End.AddDays(-14), SubscriptionRules.NoticeAt(state with { Terms = state.Terms with { Interval = BillingInterval.Year } }));
        Assert.Null(SubscriptionRules.NoticeAt(state with { NoticedRenewal = End }));
        Assert.Null(SubscriptionRules.NoticeAt(state with { Billed = state.Billed with { EndsAt = End } }));
        Assert.Null(SubscriptionRules.NoticeAt(state with { Billed = state.Billed with { PeriodStart = End.AddDays(-2) } }));
    }

    [Fact]
    public void An_entitlement_covers_what_its_plan_lists_or_everything_of_its_owner()
    {
        var all = new Entitlement(Guid.NewGuid(), Owner, [], null);
        Assert.True(all.Include(Owner, Stream));
        Assert.False(all.Include(Guid.NewGuid(), Stream));
        var one = all with { Covers = [Stream] };
        Assert.True(one.Include(Owner, Stream));
        Assert.False(one.Include(Owner, Stream with { Kind = CoveredKind.Playlist }));
        Assert.False(one.Include(Owner, Stream with { Id = Guid.NewGuid() }));
    }

    [Fact]
    public void One_that_gives_access_is_found_before_those_that_have_lapsed()
    {
        var (lapsed, older, current) = (new Entitlement(Guid.NewGuid(), Owner, [], Start), new Entitlement(Guid.NewGuid(), Owner, [], Start.AddDays(-1)), new Entitlement(Guid.NewGuid(), Owner, [], End));
        Assert.Equal(current, new Entitlements([lapsed, current]).Find(Owner, Stream, Start));
        Assert.Equal(lapsed, new Entitlements([lapsed, older]).Find(Owner, Stream, Start));
        Assert.Null(new Entitlements([]).Find(Owner, Stream, Start));
    }

    private static SubscriptionState StateOf(Billed billed) => new() { OwnerId = Owner, Terms = new SubscriptionTerms("Members", 499, "EUR", BillingInterval.Month, 0, "test_price"), Billed = billed, CreatedAt = Start };
}
