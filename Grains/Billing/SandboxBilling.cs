using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;

namespace AudioOrleans.Grains.Billing;

/// <summary>
/// Billing without money, for trying the platform out: the states of Stripe, with constant ids. Whether a payment succeeds depends on the payment
/// method, which has the names of Stripe's tests (https://docs.stripe.com/testing).
/// </summary>
public sealed class SandboxBilling(BillingOptions options, TimeProvider time) : IBilling
{
    /// <summary>The default: each payment succeeds.</summary>
    public const string Pays = "pm_card_visa";

    /// <summary>Each payment fails.</summary>
    public const string Fails = "pm_card_chargeCustomerFail";

    private const string Product = "test_prod";
    private const string Price = "test_price";
    private const string Subscription = "test_sub";

    /// <summary>When a failed payment is tried again, after the day on which it was due; the last failure ends the subscription.</summary>
    private static readonly TimeSpan[] Retries = [TimeSpan.FromDays(1), TimeSpan.FromDays(3), TimeSpan.FromDays(7)];

    /// <inheritdoc/>
    public Task<PublishedPlan> PublishAsync(Guid planId, PlanFields fields, PublishedPlan? current) => Task.FromResult(new PublishedPlan(Product, Price));

    /// <inheritdoc/>
    public Task RetireAsync(PublishedPlan plan) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<BilledSubscription> StartAsync(Guid subscriptionId, SubscriptionTerms terms, string? paymentMethod)
    {
        var now = time.GetUtcNow();
        Check(paymentMethod);
        if (terms.TrialDays > 0)
            return Task.FromResult(new BilledSubscription(new Billed(Subscription, SubscriptionStatus.Trialing, now, now.AddDays(terms.TrialDays), PaymentMethod: paymentMethod), []));
        return Task.FromResult(Begin(subscriptionId, terms, paymentMethod, now));
    }

    /// <inheritdoc/>
    public Task<BilledSubscription> RefreshAsync(Guid subscriptionId, SubscriptionState state)
    {
        var now = time.GetUtcNow();
        var (billed, invoices) = (state.Billed, new List<BilledInvoice>());
        while (NextEvent(billed) is { } at && at <= now)
        {
            if (billed.EndsAt is { } end && end <= at)
            {
                billed = billed with { Status = SubscriptionStatus.Canceled };
                continue;
            }
            // After a trial or a paid period the next one begins; a retry is for the one that has begun.
            var isRetry = billed.Status == SubscriptionStatus.PastDue;
            var (from, until) = isRetry ? (billed.PeriodStart, billed.PeriodEnd) : (billed.PeriodEnd, EndOf(billed.PeriodEnd, state.Terms.Interval));
            if (billed.PaymentMethod != Fails)
            {
                billed = new Billed(Subscription, SubscriptionStatus.Active, from, until, billed.EndsAt, PaymentMethod: billed.PaymentMethod);
                invoices.Add(InvoiceOf(subscriptionId, InvoiceStatus.Paid, from, until, at));
                continue;
            }
            billed = billed with { Status = SubscriptionStatus.PastDue, PeriodStart = from, PeriodEnd = until, PastDueSince = billed.PastDueSince ?? at, Failures = billed.Failures + 1 };
            var isLast = billed.Failures > Retries.Length;
            if (isLast)
                billed = billed with { Status = SubscriptionStatus.Canceled, EndsAt = at };
            invoices.Add(InvoiceOf(subscriptionId, isLast ? InvoiceStatus.Void : InvoiceStatus.Open, from, until, at));
        }
        return Task.FromResult(new BilledSubscription(billed, [.. invoices]));
    }

    /// <inheritdoc/>
    public DateTimeOffset? NextEvent(Billed billed) => billed.Status switch
    {
        SubscriptionStatus.Active or SubscriptionStatus.Trialing => billed.PeriodEnd,
        SubscriptionStatus.PastDue => billed.PastDueSince + Retries[Math.Min(billed.Failures, Retries.Length) - 1],
        _ => null,
    };

    /// <inheritdoc/>
    public Task<BilledSubscription> RenewAsync(Guid subscriptionId, SubscriptionState state, string? paymentMethod)
    {
        Check(paymentMethod);
        var now = time.GetUtcNow();
        var billed = state.Billed;
        switch (billed.Status)
        {
            case SubscriptionStatus.Active or SubscriptionStatus.Trialing:
                return Task.FromResult(new BilledSubscription(billed with { EndsAt = null, PaymentMethod = paymentMethod ?? billed.PaymentMethod }, []));
            case SubscriptionStatus.PastDue when paymentMethod != Fails:
                return Task.FromResult(new BilledSubscription(
                    new Billed(Subscription, SubscriptionStatus.Active, billed.PeriodStart, billed.PeriodEnd, billed.EndsAt, PaymentMethod: paymentMethod),
                    [InvoiceOf(subscriptionId, InvoiceStatus.Paid, billed.PeriodStart, billed.PeriodEnd, now)]));
            case SubscriptionStatus.PastDue:
                return Task.FromResult(new BilledSubscription(billed with { PaymentMethod = paymentMethod }, []));
            default:
                return Task.FromResult(Begin(subscriptionId, state.Terms, paymentMethod, now));
        }
    }

    /// <inheritdoc/>
    public Task<BilledSubscription> CancelAsync(Guid subscriptionId, SubscriptionState state)
    {
        var (billed, now) = (state.Billed, time.GetUtcNow());
        if (billed.Status is SubscriptionStatus.Active or SubscriptionStatus.Trialing)
            return Task.FromResult(new BilledSubscription(billed with { EndsAt = billed.PeriodEnd }, []));
        return Task.FromResult(new BilledSubscription(
            billed with { Status = SubscriptionStatus.Canceled, EndsAt = now },
            billed.Status == SubscriptionStatus.Canceled ? [] : [InvoiceOf(subscriptionId, InvoiceStatus.Void, billed.PeriodStart, billed.PeriodEnd, now)]));
    }

    private BilledSubscription Begin(Guid subscriptionId, SubscriptionTerms terms, string? paymentMethod, DateTimeOffset now)
    {
        var isPaid = paymentMethod != Fails;
        var end = EndOf(now, terms.Interval);
        return new BilledSubscription(
            new Billed(Subscription, isPaid ? SubscriptionStatus.Active : SubscriptionStatus.Incomplete, now, end, PaymentMethod: paymentMethod),
            [InvoiceOf(subscriptionId, isPaid ? InvoiceStatus.Paid : InvoiceStatus.Open, now, end, now)]);
    }

    private DateTimeOffset EndOf(DateTimeOffset start, BillingInterval interval) =>
        options.SandboxInterval is { } length ? start + length : interval == BillingInterval.Year ? start.AddYears(1) : start.AddMonths(1);

    private static BilledInvoice InvoiceOf(Guid subscriptionId, InvoiceStatus status, DateTimeOffset from, DateTimeOffset until, DateTimeOffset at) =>
        new(IdOf(subscriptionId, from), status, from, until, at);

    /// <summary>The same id for the same period of a subscription.</summary>
    private static Guid IdOf(Guid subscriptionId, DateTimeOffset from) => new(SHA256.HashData(Encoding.ASCII.GetBytes($"{subscriptionId:N}/{from.UtcTicks}")).AsSpan(0, 16));

    private static void Check(string? paymentMethod)
    {
        if (paymentMethod is not (null or Pays or Fails))
            throw new AudioException(new FieldProblem("payment_method", $"Expected {Pays} or {Fails}: this platform takes no money, it is a sandbox.", FieldCodes.UnknownValue));
    }
}
