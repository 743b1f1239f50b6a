namespace AudioOrleans.Grains.Interfaces.Billing;

/// <summary>One plan. Key: <see cref="GrainKeys.Plan"/>.</summary>
[Alias("audio.billing.IPlanGrain")]
public interface IPlanGrain : IGrainWithStringKey
{
    /// <summary>Creates the plan, at Stripe too.</summary>
    /// <exception cref="AudioException">Conflict: it exists already, or the account has too many.</exception>
    [Alias("Create"), ResponseTimeout(ResponseTimes.Slow)]
    Task<PlanOutcome> Create(CreatePlan command);

    /// <summary>The plan, also a retired one.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [Alias("Get"), ReadOnly]
    Task<PlanDetails> Get();

    /// <summary>Changes the plan. A new price is for new subscribers.</summary>
    /// <param name="caller">Who changes it.</param>
    /// <param name="changes">The fields that change.</param>
    /// <param name="expectedRevision">The revision that the caller has read; null for any.</param>
    /// <exception cref="AudioException">NotFound; Forbidden: it belongs to somebody else; Stale; Conflict: it is retired.</exception>
    [Alias("Update"), ResponseTimeout(ResponseTimes.Slow)]
    Task<PlanOutcome> Update(Caller caller, PlanFields changes, long? expectedRevision);

    /// <summary>Closes the plan to new subscribers; those that there are keep what they pay for.</summary>
    /// <exception cref="AudioException">NotFound; Forbidden: it belongs to somebody else.</exception>
    [Alias("Retire"), ResponseTimeout(ResponseTimes.Slow)]
    Task Retire(Caller caller);
}

/// <summary>One subscription. Key: <see cref="GrainKeys.Subscription"/>.</summary>
[Alias("audio.billing.ISubscriptionGrain")]
public interface ISubscriptionGrain : IGrainWithStringKey
{
    /// <summary>Subscribes a listener to a plan.</summary>
    /// <exception cref="AudioException">
    /// Invalid: the plan or the payment method. Conflict: the account is subscribed to this plan, the plan is retired, or it is the account's own.
    /// </exception>
    [Alias("Start"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SubscriptionDetails> Start(Subscribe command);

    /// <summary>The subscription, for its subscriber and for the plan's owner.</summary>
    /// <exception cref="AudioException">NotFound, also for everybody else.</exception>
    [Alias("Get"), AlwaysInterleave]
    Task<SubscriptionDetails> Get(Caller caller);

    /// <summary>Pays what is open, takes back a cancellation, or starts an ended subscription again.</summary>
    /// <exception cref="AudioException">NotFound, also for anyone but the subscriber. Conflict: nothing is to be paid.</exception>
    [Alias("Renew"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SubscriptionDetails> Renew(Caller caller, string? paymentMethod);

    /// <summary>Cancels the subscription: it ends when what is paid ends, at once if nothing is paid.</summary>
    /// <exception cref="AudioException">NotFound, also for anyone but the subscriber.</exception>
    [Alias("Cancel"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SubscriptionDetails> Cancel(Caller caller);
}

/// <summary>Lists of plans, subscriptions and invoices, and what subscriptions give access to. Stateless; key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.billing.IBillingCatalogGrain")]
public interface IBillingCatalogGrain : IGrainWithStringKey
{
    /// <summary>The plans of an owner, or of all, that take new subscribers, newest first.</summary>
    /// <exception cref="AudioException">Invalid: the cursor does not belong to this list.</exception>
    [Alias("ListPlans")]
    Task<Page<PlanDetails>> ListPlans(Guid? ownerId, PageRequest page);

    /// <summary>The caller's own subscriptions, newest first.</summary>
    /// <exception cref="AudioException">Invalid: the cursor does not belong to this list.</exception>
    [Alias("ListSubscriptions")]
    Task<Page<SubscriptionDetails>> ListSubscriptions(Guid subscriberId, PageRequest page);

    /// <summary>The invoices that the caller pays or earns by, newest first; all of them for an admin.</summary>
    /// <exception cref="AudioException">Invalid: the cursor does not belong to this list.</exception>
    [Alias("ListInvoices")]
    Task<Page<InvoiceDetails>> ListInvoices(Caller caller, PageRequest page);

    /// <summary>What an account's subscriptions give, or gave, access to.</summary>
    [Alias("FindEntitlements")]
    Task<Entitlements> FindEntitlements(Guid accountId);
}
