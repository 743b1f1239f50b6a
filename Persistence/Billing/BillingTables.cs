using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Billing;

/// <summary>A row of <c>plans</c>.</summary>
public sealed record PlanRow(
    Guid PlanId, Guid OwnerId, string Name, long PriceCents, string Currency, string BillingInterval, string Features, string Covers, int TrialDays, string StripeProductId,
    string StripePriceId, bool Retired, DateTime CreatedAt);

/// <summary>A row of <c>subscriptions</c>.</summary>
public sealed record SubscriptionRow(
    Guid SubscriptionId, Guid SubscriberId, Guid PlanId, string PlanName, Guid OwnerId, string Status, long PriceCents, string Currency, string BillingInterval,
    string StripeSubscriptionId, DateTime PeriodEnd, DateTime? EndsAt, DateTime? EntitledUntil, DateTime CreatedAt);

/// <summary>A row of <c>invoices</c>.</summary>
public sealed record InvoiceRow(
    Guid InvoiceId, Guid SubscriptionId, Guid PlanId, string PlanName, Guid SubscriberId, Guid OwnerId, long AmountCents, string Currency, string Status, DateTime PeriodStart,
    DateTime PeriodEnd, DateTime CreatedAt, DateTime? PaidAt);

/// <summary>What a subscription gives, or gave, access to.</summary>
public sealed record EntitlementRow(Guid SubscriptionId, Guid OwnerId, string Covers, DateTime? EntitledUntil);

/// <summary>The SQL of plans, subscriptions and invoices.</summary>
public sealed class BillingTables(AudioDatabase database)
{
    /// <summary>The constraint that a second subscription of an account to the same plan violates.</summary>
    public const string OneSubscription = "subscriptions_current";

    private const string PlanColumns = "plan_id, owner_id, name, price_cents, currency, billing_interval, features, covers, trial_days, stripe_product_id, stripe_price_id, retired, created_at";
    private const string SubscriptionColumns = "subscription_id, subscriber_id, plan_id, plan_name, owner_id, status, price_cents, currency, billing_interval, stripe_subscription_id, period_end, ends_at, entitled_until, created_at";
    private const string InvoiceColumns = "invoice_id, subscription_id, plan_id, plan_name, subscriber_id, owner_id, amount_cents, currency, status, period_start, period_end, created_at, paid_at";

    /// <summary>Writes a plan's row, in the state's transaction.</summary>
    public static Task WriteAsync(NpgsqlTransaction transaction, PlanRow plan, CancellationToken cancellationToken) => ExecuteAsync(
        transaction,
        $"""
        insert into plans ({PlanColumns}) values (@PlanId, @OwnerId, @Name, @PriceCents, @Currency, @BillingInterval, @Features::jsonb, @Covers::jsonb, @TrialDays, @StripeProductId,
            @StripePriceId, @Retired, @CreatedAt)
        on conflict (plan_id) do update set
            name = excluded.name, price_cents = excluded.price_cents, currency = excluded.currency, billing_interval = excluded.billing_interval, features = excluded.features,
            covers = excluded.covers, trial_days = excluded.trial_days, stripe_product_id = excluded.stripe_product_id, stripe_price_id = excluded.stripe_price_id,
            retired = excluded.retired
        """,
        plan, cancellationToken);

    /// <summary>Writes a subscription's row, in the state's transaction.</summary>
    /// <exception cref="DuplicateKeyException">The account has a subscription to the same plan already.</exception>
    public static Task WriteAsync(NpgsqlTransaction transaction, SubscriptionRow subscription, CancellationToken cancellationToken) => ExecuteAsync(
        transaction,
        $"""
        insert into subscriptions ({SubscriptionColumns}) values (@SubscriptionId, @SubscriberId, @PlanId, @PlanName, @OwnerId, @Status, @PriceCents, @Currency, @BillingInterval,
            @StripeSubscriptionId, @PeriodEnd, @EndsAt, @EntitledUntil, @CreatedAt)
        on conflict (subscription_id) do update set
            plan_name = excluded.plan_name, price_cents = excluded.price_cents, currency = excluded.currency, billing_interval = excluded.billing_interval,
            status = excluded.status, stripe_subscription_id = excluded.stripe_subscription_id, period_end = excluded.period_end, ends_at = excluded.ends_at,
            entitled_until = excluded.entitled_until
        """,
        subscription, cancellationToken);

    /// <summary>Writes an invoice, in the transaction of its subscription. One that is paid stays so.</summary>
    public static Task WriteAsync(NpgsqlTransaction transaction, InvoiceRow invoice, CancellationToken cancellationToken) => ExecuteAsync(
        transaction,
        $"""
        insert into invoices ({InvoiceColumns}) values (@InvoiceId, @SubscriptionId, @PlanId, @PlanName, @SubscriberId, @OwnerId, @AmountCents, @Currency, @Status, @PeriodStart,
            @PeriodEnd, @CreatedAt, @PaidAt)
        on conflict (invoice_id) do update set status = excluded.status, paid_at = excluded.paid_at where invoices.status <> 'paid'
        """,
        invoice, cancellationToken);

    /// <summary>Removes a plan's row, in the state's transaction.</summary>
    public static Task RemovePlanAsync(NpgsqlTransaction transaction, Guid planId, CancellationToken cancellationToken) =>
        ExecuteAsync(transaction, "delete from plans where plan_id = @planId", new { planId }, cancellationToken);

    /// <summary>Removes a subscription's row, in the state's transaction.</summary>
    public static Task RemoveSubscriptionAsync(NpgsqlTransaction transaction, Guid subscriptionId, CancellationToken cancellationToken) =>
        ExecuteAsync(transaction, "delete from subscriptions where subscription_id = @subscriptionId", new { subscriptionId }, cancellationToken);

    /// <summary>A page of the plans that take subscribers, of an owner or of all, newest first.</summary>
    public Task<IReadOnlyList<PlanRow>> ListPlansAsync(Guid? ownerId, (DateTime Time, Guid Id)? after, int limit, CancellationToken cancellationToken) => QueryAsync<PlanRow>(
        $"""
        select {PlanColumns} from plans
        where not retired and (@ownerId::uuid is null or owner_id = @ownerId) and (@Time::timestamptz is null or (created_at, plan_id) < (@Time, @Id))
        order by created_at desc, plan_id desc limit @limit
        """,
        new { ownerId, after?.Time, after?.Id, limit }, cancellationToken);

    /// <summary>How many plans of an account take subscribers.</summary>
    public async Task<long> CountPlansAsync(Guid ownerId, CancellationToken cancellationToken) =>
        (await QueryAsync<long>("select count(*) from plans where owner_id = @ownerId and not retired", new { ownerId }, cancellationToken))[0];

    /// <summary>Those of some ids that belong to no stream, playlist or podcast of an owner.</summary>
    public Task<IReadOnlyList<Guid>> FindForeignAsync(Guid ownerId, Guid[] streams, Guid[] playlists, Guid[] podcasts, CancellationToken cancellationToken) => QueryAsync<Guid>(
        """
        select id from unnest(@streams) id where not exists (select from streams where stream_id = id and owner_id = @ownerId)
        union all select id from unnest(@playlists) id where not exists (select from playlists where playlist_id = id and owner_id = @ownerId)
        union all select id from unnest(@podcasts) id where not exists (select from podcasts where podcast_id = id and owner_id = @ownerId)
        """,
        new { ownerId, streams, playlists, podcasts }, cancellationToken);

    /// <summary>A page of a subscriber's subscriptions, newest first.</summary>
    public Task<IReadOnlyList<SubscriptionRow>> ListSubscriptionsAsync(Guid subscriberId, (DateTime Time, Guid Id)? after, int limit, CancellationToken cancellationToken) =>
        QueryAsync<SubscriptionRow>(
            $"""
            select {SubscriptionColumns} from subscriptions
            where subscriber_id = @subscriberId and (@Time::timestamptz is null or (created_at, subscription_id) < (@Time, @Id))
            order by created_at desc, subscription_id desc limit @limit
            """,
            new { subscriberId, after?.Time, after?.Id, limit }, cancellationToken);

    /// <summary>A page of the invoices that an account pays or earns by, or of all, newest first.</summary>
    public Task<IReadOnlyList<InvoiceRow>> ListInvoicesAsync(Guid? accountId, (DateTime Time, Guid Id)? after, int limit, CancellationToken cancellationToken) => QueryAsync<InvoiceRow>(
        $"""
        select {InvoiceColumns} from invoices
        where (@accountId::uuid is null or subscriber_id = @accountId or owner_id = @accountId) and (@Time::timestamptz is null or (created_at, invoice_id) < (@Time, @Id))
        order by created_at desc, invoice_id desc limit @limit
        """,
        new { accountId, after?.Time, after?.Id, limit }, cancellationToken);

    /// <summary>What an account's subscriptions give, or gave, access to, newest first.</summary>
    public Task<IReadOnlyList<EntitlementRow>> ListEntitlementsAsync(Guid subscriberId, int limit, CancellationToken cancellationToken) => QueryAsync<EntitlementRow>(
        """
        select s.subscription_id, s.owner_id, p.covers, s.entitled_until from subscriptions s join plans p using (plan_id)
        where s.subscriber_id = @subscriberId order by s.entitled_until desc nulls first, s.created_at desc limit @limit
        """,
        new { subscriberId, limit }, cancellationToken);

    private static Task ExecuteAsync(NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<T>>(
        async connection => (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);
}
