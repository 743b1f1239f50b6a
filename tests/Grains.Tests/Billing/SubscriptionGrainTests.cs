using AudioOrleans.Grains.Billing;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;
using AudioOrleans.Grains.Tests.Operations;
using AudioOrleans.Grains.Tests.Uploads;
using AudioOrleans.Testing;
using Dapper;

namespace AudioOrleans.Grains.Tests.Billing;

/// <summary>Subscriptions of the sandbox through the months, on a clock that is put forward.</summary>
public sealed class SubscriptionGrainTests : IAsyncLifetime
{
    private static readonly CoveredResource Stream = new(CoveredKind.Stream, Guid.NewGuid());

    private readonly ShiftedClock _clock = new();
    private readonly Guid _dj = Guid.NewGuid();
    private readonly Guid _listener = Guid.NewGuid();
    private OperationSilo _silo = null!;

    private IBillingCatalogGrain Catalog => _silo.Grains.GetGrain<IBillingCatalogGrain>(GrainKeys.Shared);

    private Caller Listener => new(_listener, IsAdmin: false);

    public async Task InitializeAsync() =>
        _silo = await OperationSilo.StartAsync(await PostgresServer.NewDatabaseAsync(), new Dictionary<string, string?> { ["Money:Grace"] = "1.00:00:00" }, _clock);

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task A_subscription_is_renewed_each_month_with_an_invoice_each()
    {
        var (id, started) = await SubscribeAsync(await AddPlanAsync());
        Assert.Equal((SubscriptionStatus.Active, "test_sub", true), (started.Status, started.StripeSubscriptionId, started.IsEntitled));
        Assert.Equal(started.CreatedAt.AddMonths(1), started.PeriodEnd, TimeSpan.FromSeconds(1));
        var renewed = await AtAsync(id, started.PeriodEnd);
        Assert.Equal((SubscriptionStatus.Active, started.PeriodEnd.AddMonths(1)), (renewed.Status, renewed.PeriodEnd));
        // The platform was off for two months: what was due meanwhile is made up for.
        var later = await AtAsync(id, renewed.PeriodEnd.AddMonths(1));
        Assert.True(later.IsEntitled);
        var invoices = (await Catalog.ListInvoices(Listener, new PageRequest(10, null))).Items;
        Assert.Equal(4, invoices.Length);
        Assert.All(invoices, invoice => Assert.Equal((InvoiceStatus.Paid, 499L, "EUR", _dj), (invoice.Status, invoice.AmountCents, invoice.Currency, invoice.OwnerId)));
        Assert.Equal(4, invoices.Select(invoice => invoice.PeriodStart).Distinct().Count());
        Assert.Equal(4, (await Catalog.ListInvoices(new Caller(_dj, IsAdmin: false), new PageRequest(10, null))).Items.Length);
        Assert.Empty((await Catalog.ListInvoices(new Caller(Guid.NewGuid(), IsAdmin: false), new PageRequest(10, null))).Items);
    }

    [Fact]
    public async Task A_trial_that_cannot_be_paid_is_past_due_and_ends_after_three_more_attempts()
    {
        var (id, trial) = await SubscribeAsync(await AddPlanAsync(trialDays: 7), SandboxBilling.Fails);
        Assert.Equal((SubscriptionStatus.Trialing, true), (trial.Status, trial.IsEntitled));
        Assert.Empty((await Catalog.ListInvoices(Listener, new PageRequest(10, null))).Items);
        var pastDue = await AtAsync(id, trial.PeriodEnd);
        Assert.Equal((SubscriptionStatus.PastDue, true), (pastDue.Status, pastDue.IsEntitled)); // A day of grace.
        var open = Assert.Single((await Catalog.ListInvoices(Listener, new PageRequest(10, null))).Items);
        Assert.Equal((InvoiceStatus.Open, null), (open.Status, open.PaidAt));
        Assert.Equal((SubscriptionStatus.PastDue, false), await StateAtAsync(id, trial.PeriodEnd.AddDays(1)));
        Assert.Equal((SubscriptionStatus.PastDue, false), await StateAtAsync(id, trial.PeriodEnd.AddDays(3)));
        Assert.Equal((SubscriptionStatus.Canceled, false), await StateAtAsync(id, trial.PeriodEnd.AddDays(7)));
        Assert.Equal(InvoiceStatus.Void, Assert.Single((await Catalog.ListInvoices(Listener, new PageRequest(10, null))).Items).Status);
        Assert.False((await FindAsync())!.IsCurrent(_clock.GetUtcNow()));
    }

    [Fact]
    public async Task What_is_past_due_is_paid_by_a_renewal()
    {
        var (id, trial) = await SubscribeAsync(await AddPlanAsync(trialDays: 7), SandboxBilling.Fails);
        await AtAsync(id, trial.PeriodEnd.AddDays(1));
        Assert.False((await FindAsync())!.IsCurrent(_clock.GetUtcNow()));
        var still = await Subscription(id).Renew(Listener, SandboxBilling.Fails);
        Assert.Equal(SubscriptionStatus.PastDue, still.Status);
        var paid = await Subscription(id).Renew(Listener, SandboxBilling.Pays);
        Assert.Equal((SubscriptionStatus.Active, true, trial.PeriodEnd.AddMonths(1)), (paid.Status, paid.IsEntitled, paid.PeriodEnd));
        Assert.True((await FindAsync())!.IsCurrent(_clock.GetUtcNow()));
        Assert.Equal(InvoiceStatus.Paid, Assert.Single((await Catalog.ListInvoices(Listener, new PageRequest(10, null))).Items).Status);
        await AssertErrorAsync(AudioError.Conflict, () => Subscription(id).Renew(Listener, null));
    }

    [Fact]
    public async Task A_canceled_subscription_ends_with_what_is_paid_and_can_be_taken_up_again()
    {
        var (id, started) = await SubscribeAsync(await AddPlanAsync());
        var canceled = await Subscription(id).Cancel(Listener);
        Assert.Equal((SubscriptionStatus.Active, started.PeriodEnd, true), (canceled.Status, canceled.EndsAt, canceled.IsEntitled));
        Assert.Null((await Subscription(id).Renew(Listener, null)).EndsAt);
        await Subscription(id).Cancel(Listener);
        var ended = await AtAsync(id, started.PeriodEnd);
        Assert.Equal((SubscriptionStatus.Canceled, false), (ended.Status, ended.IsEntitled));
        Assert.Single((await Catalog.ListInvoices(Listener, new PageRequest(10, null))).Items);
        Assert.Equal((SubscriptionStatus.Active, true), Of(await Subscription(id).Renew(Listener, null)));
    }

    [Fact]
    public async Task Who_subscribes_again_pays_what_new_subscribers_pay_and_not_for_a_retired_plan()
    {
        var plan = await AddPlanAsync();
        var (id, started) = await SubscribeAsync(plan);
        var owner = new Caller(_dj, IsAdmin: false);
        await Plan(plan).Update(owner, new PlanFields { PriceCents = 999 }, null);
        await Subscription(id).Cancel(Listener);
        var ended = await AtAsync(id, started.PeriodEnd);
        Assert.Equal(999, (await Subscription(id).Renew(Listener, null)).PriceCents);
        await Subscription(id).Cancel(Listener);
        await AtAsync(id, ended.PeriodEnd.AddMonths(2));
        await Plan(plan).Retire(owner);
        await AssertErrorAsync(AudioError.Conflict, () => Subscription(id).Renew(Listener, null));
        Assert.Equal([499L, 999L], (await Catalog.ListInvoices(Listener, new PageRequest(10, null))).Items.Select(invoice => invoice.AmountCents).Order());
    }

    [Fact]
    public async Task A_first_payment_that_fails_gives_no_access()
    {
        var (id, incomplete) = await SubscribeAsync(await AddPlanAsync(), SandboxBilling.Fails);
        Assert.Equal((SubscriptionStatus.Incomplete, false), (incomplete.Status, incomplete.IsEntitled));
        Assert.Equal((SubscriptionStatus.Active, true), Of(await Subscription(id).Renew(Listener, null)));
    }

    [Fact]
    public async Task Of_two_subscriptions_in_a_race_there_is_one()
    {
        var plan = await AddPlanAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            try
            {
                return (await SubscribeAsync(plan)).Details.Status.ToString();
            }
            catch (AudioException exception)
            {
                return exception.Error.ToString();
            }
        }));
        Assert.Equal(1, results.Count(result => result == nameof(SubscriptionStatus.Active)));
        Assert.Equal(4, results.Count(result => result == nameof(AudioError.Conflict)));
        Assert.Single((await Catalog.ListInvoices(Listener, new PageRequest(10, null))).Items);
    }

    [Fact]
    public async Task A_new_price_is_for_new_subscribers_and_a_retired_plan_keeps_its_own()
    {
        var plan = await AddPlanAsync();
        var (id, started) = await SubscribeAsync(plan);
        var owner = new Caller(_dj, IsAdmin: false);
        Assert.Equal(999, (await Plan(plan).Update(owner, new PlanFields { PriceCents = 999 }, 1)).Details!.PriceCents);
        await AssertErrorAsync(AudioError.Stale, () => Plan(plan).Update(owner, new PlanFields { PriceCents = 1 }, 1));
        await AtAsync(id, started.PeriodEnd);
        Assert.All((await Catalog.ListInvoices(Listener, new PageRequest(10, null))).Items, invoice => Assert.Equal(499, invoice.AmountCents));
        await Plan(plan).Retire(owner);
        Assert.Empty((await Catalog.ListPlans(_dj, new PageRequest(10, null))).Items);
        Assert.True((await FindAsync())!.IsCurrent(_clock.GetUtcNow()));
        await AssertErrorAsync(AudioError.Conflict, () => Subscription(Guid.NewGuid()).Start(new Subscribe(Guid.NewGuid(), plan, null)));
        await AssertErrorAsync(AudioError.Forbidden, () => Plan(plan).Update(Listener, new PlanFields(), null));
    }

    [Fact]
    public async Task A_subscription_wakes_before_each_renewal_and_when_it_is_due()
    {
        var (id, started) = await SubscribeAsync(await AddPlanAsync());
        Assert.Equal(started.PeriodEnd.AddDays(-3), (await DueAsync())!.Value, TimeSpan.FromMinutes(1));
        await AtAsync(id, started.PeriodEnd.AddDays(-3));
        Assert.Equal(started.PeriodEnd, (await DueAsync())!.Value, TimeSpan.FromMinutes(1));
        await Subscription(id).Cancel(Listener);
        Assert.Equal(started.PeriodEnd, (await DueAsync())!.Value, TimeSpan.FromMinutes(1));
        await AtAsync(id, started.PeriodEnd);
        Assert.Null(await DueAsync());
    }

    [Fact]
    public async Task What_cannot_be_renewed_is_not_begun()
    {
        var plan = await AddPlanAsync();
        await RunAsync("alter table reminders rename to reminders_elsewhere");
        await Assert.ThrowsAnyAsync<Exception>(() => SubscribeAsync(plan));
        Assert.Empty((await Catalog.ListSubscriptions(_listener, new PageRequest(10, null))).Items);
        await RunAsync("alter table reminders_elsewhere rename to reminders");
        Assert.True((await SubscribeAsync(plan)).Details.IsEntitled);

        Task RunAsync(string sql) => _silo.Database.RunAsync(connection => connection.ExecuteAsync(sql));
    }

    [Fact]
    public async Task Strangers_learn_nothing_of_a_subscription()
    {
        var (id, _) = await SubscribeAsync(await AddPlanAsync());
        Assert.Equal(id, (await Subscription(id).Get(new Caller(_dj, IsAdmin: false))).SubscriptionId);
        await AssertErrorAsync(AudioError.NotFound, () => Subscription(id).Get(new Caller(Guid.NewGuid(), IsAdmin: false)));
        await AssertErrorAsync(AudioError.NotFound, () => Subscription(id).Cancel(new Caller(_dj, IsAdmin: false)));
        await AssertErrorAsync(AudioError.NotFound, () => Subscription(Guid.NewGuid()).Get(Listener));
    }

    [Fact]
    public async Task A_wrong_plan_or_payment_method_is_named()
    {
        await AssertErrorAsync(AudioError.Invalid, () => Subscription(Guid.NewGuid()).Start(new Subscribe(_listener, Guid.NewGuid(), null)), "plan_id");
        var plan = await AddPlanAsync();
        await AssertErrorAsync(AudioError.Invalid, () => Subscription(Guid.NewGuid()).Start(new Subscribe(_listener, plan, "pm_unknown")), "payment_method");
        await AssertErrorAsync(AudioError.Conflict, () => Subscription(Guid.NewGuid()).Start(new Subscribe(_dj, plan, null)));
    }

    private static (SubscriptionStatus Status, bool IsEntitled) Of(SubscriptionDetails details) => (details.Status, details.IsEntitled);

    private static async Task AssertErrorAsync(AudioError error, Func<Task> call, string? field = null)
    {
        var exception = await Assert.ThrowsAsync<AudioException>(call);
        Assert.Equal((error, field), (exception.Error, exception.Field));
    }

    private IPlanGrain Plan(Guid planId) => _silo.Grains.GetGrain<IPlanGrain>(GrainKeys.Plan(planId));

    private ISubscriptionGrain Subscription(Guid id) => _silo.Grains.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(id));

    private async Task<Guid> AddPlanAsync(int trialDays = 0)
    {
        var planId = Guid.NewGuid();
        var outcome = await Plan(planId).Create(new CreatePlan(_dj, new PlanFields { Name = "Members", PriceCents = 499, Currency = "EUR", TrialDays = trialDays }));
        Assert.Equal(("test_prod", "test_price"), (outcome.Details!.StripeProductId, outcome.Details.StripePriceId));
        return planId;
    }

    private async Task<(Guid Id, SubscriptionDetails Details)> SubscribeAsync(Guid planId, string? paymentMethod = null)
    {
        var id = Guid.NewGuid();
        return (id, await Subscription(id).Start(new Subscribe(_listener, planId, paymentMethod)));
    }

    /// <summary>The subscription after its reminder at a time.</summary>
    private async Task<SubscriptionDetails> AtAsync(Guid id, DateTimeOffset at)
    {
        _clock.Shift(at - _clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        await _silo.Grains.GetGrain(GrainId.Create("subscription", GrainKeys.Subscription(id))).AsReference<IRemindable>().ReceiveReminder("due", default);
        return await Subscription(id).Get(Listener);
    }

    private async Task<(SubscriptionStatus Status, bool IsEntitled)> StateAtAsync(Guid id, DateTimeOffset at) => Of(await AtAsync(id, at));

    /// <summary>When the subscription is woken; null for never.</summary>
    private async Task<DateTimeOffset?> DueAsync() => await _silo.Database.RunAsync(connection => connection.QuerySingleOrDefaultAsync<DateTime?>("select start_at from reminders")) is { } due ? due : null;

    private async Task<Entitlement?> FindAsync() => (await Catalog.FindEntitlements(_listener)).Find(_dj, Stream, _clock.GetUtcNow());
}
