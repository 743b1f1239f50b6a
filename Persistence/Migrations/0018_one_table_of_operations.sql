-- Idempotency keys and what commands did, which were two tables, are rows of one: each is a thing that is done once, by one attempt.
create temporary table done on commit drop as select * from operations;
drop table operations;

create table operations (
    scope         text        not null,
    key           text        not null,
    operation_id  uuid        not null,
    attempt       uuid        not null,
    fingerprint   text,
    lease_until   timestamptz,
    sealed_answer text,
    expires_at    timestamptz not null,
    primary key (scope, key)
);
comment on column operations.scope is 'Whose key it is: an account, or a network of those who have none. Of what a grain did: operation/ and its id.';
comment on column operations.key is 'The idempotency key as it was sent, or the method and the grain, with a space between.';
comment on column operations.operation_id is 'Kept before the work begins; what the work creates gets this id.';
comment on column operations.attempt is 'Which attempt at the operation does it or has done it; no other may end it or write.';
comment on column operations.fingerprint is 'Of keys: a keyed hash of the request; bodies hold passwords.';
comment on column operations.lease_until is 'Of keys: without an answer at this time, whoever worked on it is dead.';
comment on column operations.sealed_answer is 'The HTTP response, or what the grain answered; null until there is one, and for ever after a crash in between.';
create index operations_by_end on operations (expires_at);

-- The first attempt has the id of its operation.
insert into operations
select scope, key, operation_id, case attempt when 1 then operation_id else gen_random_uuid() end, fingerprint, lease_until, sealed_answer, expires_at
from idempotency_keys where expires_at > now();

-- That a grain was changed stays known, at least as long as any key. What it answered is dropped: it was in another format. Stored responses,
-- which clients may ask for, moved above; a grain's answer is asked for only by the repeat of a request that got no response before the
-- upgrade, and that is told that its command was done and the answer lost, as after a crash.
insert into operations
select 'operation/' || operation_id, method || ' ' || grain, operation_id, attempt, null, null, null,
    greatest(created_at + interval '24 hours', (select max(expires_at) from idempotency_keys))
from done;

drop table idempotency_keys;
