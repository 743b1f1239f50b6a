-- Plans, subscriptions and invoices: written in the transaction that writes the state of a plan or a subscription.
create table plans (
    plan_id           uuid        primary key,
    owner_id          uuid        not null,
    name              text        not null,
    price_cents       bigint      not null check (price_cents > 0),
    currency          text        not null,
    billing_interval  text        not null check (billing_interval in ('month', 'year')),
    features          jsonb       not null,
    covers            jsonb       not null,
    trial_days        int         not null,
    stripe_product_id text        not null,
    stripe_price_id   text        not null,
    retired           boolean     not null,
    created_at        timestamptz not null
);
create index plans_by_age on plans (created_at desc, plan_id desc) where not retired;
create index plans_by_owner on plans (owner_id, created_at desc, plan_id desc);

create table subscriptions (
    subscription_id        uuid        primary key,
    subscriber_id          uuid        not null,
    plan_id                uuid        not null,
    plan_name              text        not null,
    owner_id               uuid        not null,
    status                 text        not null check (status in ('incomplete', 'trialing', 'active', 'past_due', 'canceled')),
    price_cents            bigint      not null,
    currency               text        not null,
    billing_interval       text        not null,
    stripe_subscription_id text        not null,
    period_end             timestamptz not null,
    ends_at                timestamptz,
    entitled_until         timestamptz,
    created_at             timestamptz not null
);
-- Of two requests in a race, one subscribes.
create unique index subscriptions_current on subscriptions (subscriber_id, plan_id) where status <> 'canceled';
create index subscriptions_by_subscriber on subscriptions (subscriber_id, created_at desc, subscription_id desc);
create index subscriptions_by_plan on subscriptions (plan_id);

create table invoices (
    invoice_id      uuid        primary key,
    subscription_id uuid        not null,
    plan_id         uuid        not null,
    plan_name       text        not null,
    subscriber_id   uuid        not null,
    owner_id        uuid        not null,
    amount_cents    bigint      not null check (amount_cents >= 0),
    currency        text        not null,
    status          text        not null check (status in ('open', 'paid', 'void')),
    period_start    timestamptz not null,
    period_end      timestamptz not null,
    created_at      timestamptz not null,
    paid_at         timestamptz
);
create index invoices_by_subscriber on invoices (subscriber_id, created_at desc, invoice_id desc);
create index invoices_by_owner on invoices (owner_id, created_at desc, invoice_id desc);
