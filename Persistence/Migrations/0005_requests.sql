-- What requests leave behind: the answers that repeats of them get, and who did what.
create table idempotency_keys (
    scope         text        not null,
    key           text        not null,
    fingerprint   text        not null,
    operation_id  uuid        not null,
    attempt       integer     not null default 1,
    lease_until   timestamptz not null,
    sealed_answer text,
    expires_at    timestamptz not null,
    primary key (scope, key)
);
comment on column idempotency_keys.scope is 'Whose key it is: an account, or all who have none.';
comment on column idempotency_keys.fingerprint is 'A keyed hash of the request; bodies hold passwords.';
comment on column idempotency_keys.operation_id is 'Kept before the work begins; what the work creates gets this id.';
comment on column idempotency_keys.lease_until is 'Without an answer at this time, whoever worked on it is dead.';
create index idempotency_keys_by_end on idempotency_keys (expires_at);

-- Written in the transaction that writes a grain's state.
create table audit_log (
    entry_id   uuid        primary key,
    at         timestamptz not null,
    actor_id   uuid,
    actor_kind text        not null,
    action     text        not null,
    resource   text        not null,
    detail     text,
    address    text,
    request_id text
);
-- Lists are newest first, over all or over what one filter lets through.
create index audit_log_by_age on audit_log (at desc, entry_id desc);
create index audit_log_by_actor on audit_log (actor_id, at desc, entry_id desc);
create index audit_log_by_resource on audit_log (resource, at desc, entry_id desc);
create index audit_log_by_action on audit_log (action, at desc, entry_id desc);
