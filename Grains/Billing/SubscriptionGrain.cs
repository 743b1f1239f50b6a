using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Grains.Billing;

/// <summary>One subscription. A reminder looks at what has become of it when a payment is due.</summary>
[GrainType("subscription")]
public sealed class SubscriptionGrain(
    [CommittedState("subscription")] ICommittedState<SubscriptionState> stored, IBilling billing, AccountMailbox mailbox, BillingOptions options, IGrainFactory grains, TimeProvider time)
    : Grain, ISubscriptionGrain, IRemindable
{
    private const string Due = "due";

    /// <summary>A mail about a payment is outdated after this time.</summary>
    private static readonly TimeSpan MailLifetime = TimeSpan.FromDays(3);

    /// <summary>Orleans' timers take at most 49 days; a reminder that comes early looks, and is set again.</summary>
    private static readonly TimeSpan LongestReminder = TimeSpan.FromDays(30);

    private GrainReminder? _reminder;

    private GrainReminder Reminder => _reminder ??= new GrainReminder(this, Due);

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task<SubscriptionDetails> Start(Subscribe command)
    {
        if (stored.Exists)
            return stored.State.SubscriberId == command.SubscriberId ? ToDetails() : throw new AudioException(AudioError.Conflict, "Subscription exists already");
        var plan = await FindPlan(command.PlanId);
        if (plan.OwnerId == command.SubscriberId)
            throw new AudioException(AudioError.Conflict, "The plan is your own: you have access without it");
        var billed = await billing.StartAsync(Id, PlanRules.TermsOf(plan), command.PaymentMethod);
        await Apply(SubscriptionRules.Start(command, plan, billed.Now, time.GetUtcNow()), billed);
        return ToDetails();
    }

    /// <inheritdoc/>
    public Task<SubscriptionDetails> Get(Caller caller)
    {
        if (!stored.Exists || !(caller.Owns(stored.State.SubscriberId) || caller.Owns(stored.State.OwnerId)))
            throw NotFound();
        return Task.FromResult(ToDetails());
    }

    /// <inheritdoc/>
    public async Task<SubscriptionDetails> Renew(Caller caller, string? paymentMethod)
    {
        OwnedBy(caller);
        var state = stored.State;
        if (state.IsRenewed)
            throw new AudioException(AudioError.Conflict, "Nothing is to be paid now");
        // Who starts an ended one again is a new subscriber: the plan may be retired, or have another price.
        if (state.Billed.Status == SubscriptionStatus.Canceled)
            state = state with { Terms = PlanRules.TermsOf(await FindPlan(state.PlanId)) };
        var billed = await billing.RenewAsync(Id, state, paymentMethod);
        await Apply(state with { Billed = billed.Now }, billed);
        return ToDetails();
    }

    /// <inheritdoc/>
    public async Task<SubscriptionDetails> Cancel(Caller caller)
    {
        OwnedBy(caller);
        if (stored.State.Billed.Status == SubscriptionStatus.Canceled)
            return ToDetails();
        var billed = await billing.CancelAsync(Id, stored.State);
        await Apply(stored.State with { Billed = billed.Now }, billed);
        return ToDetails();
    }

    /// <summary>A payment is due, or the subscriber is to be told of it.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (!stored.Exists)
        {
            await Reminder.ClearAsync();
            return;
        }
        var billed = await billing.RefreshAsync(Id, stored.State);
        var next = stored.State with { Billed = billed.Now };
        if (SubscriptionRules.NoticeAt(next) <= time.GetUtcNow())
            next = next with { NoticedRenewal = next.Billed.PeriodEnd };
        await Apply(next, billed);
    }

    private async Task Apply(SubscriptionState next, BilledSubscription billed)
    {
        var before = stored.Exists ? stored.State : null;
        List<IStateEffect> effects = [.. billed.Invoices.Select(invoice => new InvoiceEffect(BillingRows.Of(Id, next, invoice)))];
        if (BillingMails.About(before, next) is { } mail && await mailbox.Send(next.SubscriberId, mail, MailLifetime) is { } sent)
            effects.Add(sent);
        var (lookedAt, looksAt) = (before is null ? null : NextLook(before), NextLook(next));
        // A reminder too many does no harm, a missing one does: an earlier one is set before the commit, a later one after it.
        var isEarlier = looksAt is not null && (lookedAt is null || looksAt < lookedAt);
        if (isEarlier)
            await Remind(looksAt);
        try
        {
            if (before != next)
                await stored.Commit(next, [.. effects]);
        }
        catch (DuplicateKeyException)
        {
            throw new AudioException(AudioError.Conflict, "You have a subscription to this plan already");
        }
        if (!isEarlier)
            await Remind(looksAt);
    }

    private DateTimeOffset? NextLook(SubscriptionState state)
    {
        var payment = billing.NextEvent(state.Billed);
        return SubscriptionRules.NoticeAt(state) is { } notice && notice < payment ? notice : payment;
    }

    private Task Remind(DateTimeOffset? at)
    {
        if (at is not { } due)
            return Reminder.ClearAsync();
        var after = due - time.GetUtcNow();
        after = after < GrainReminder.ShortestPeriod ? GrainReminder.ShortestPeriod : after > LongestReminder ? LongestReminder : after;
        return Reminder.SetAsync(after, after);
    }

    /// <summary>A plan that takes subscribers.</summary>
    private async Task<PlanDetails> FindPlan(Guid planId)
    {
        try
        {
            var plan = await grains.GetGrain<IPlanGrain>(GrainKeys.Plan(planId)).Get();
            return plan.Retired ? throw new AudioException(AudioError.Conflict, "The plan takes no new subscribers") : plan;
        }
        catch (AudioException exception) when (exception.Error == AudioError.NotFound)
        {
            throw new AudioException(new FieldProblem("plan_id", "Expected the id of a plan.", FieldCodes.NotAnId));
        }
    }

    private SubscriptionDetails ToDetails() => SubscriptionRules.ToDetails(Id, stored.State, options.Grace, time.GetUtcNow());

    private void OwnedBy(Caller caller)
    {
        if (!stored.Exists || !caller.Owns(stored.State.SubscriberId))
            throw NotFound();
    }

    /// <summary>Nobody else learns that the subscription exists.</summary>
    private AudioException NotFound()
    {
        if (!stored.Exists)
            DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        return new AudioException(AudioError.NotFound, "Subscription not found");
    }
}
