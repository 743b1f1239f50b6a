-- What commands did: written in the transaction that writes a grain's state, so that a retry finds out, and a late duplicate is undone.
create table operations (
    operation_id  uuid        not null,
    grain         text        not null,
    method        text        not null,
    attempt       uuid        not null,
    sealed_answer text,
    created_at    timestamptz not null,
    primary key (operation_id, grain, method)
);
comment on column operations.attempt is 'Which attempt at the operation did it; no other may write any more.';
comment on column operations.sealed_answer is 'What the grain answered; null until it has, and for ever after a crash in between.';
create index operations_by_age on operations (created_at);
