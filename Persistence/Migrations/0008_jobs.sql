-- Work that is done once, later and by whichever silo has a hand free. See docs/adr/0019-job-queue.md.
create table jobs (
    job_id           uuid        primary key,
    queue            text        not null,
    kind             text        not null,
    owner_id         uuid,
    flow             uuid        not null generated always as (coalesce(owner_id, '00000000-0000-0000-0000-000000000000')) stored,
    subject          text        not null,
    payload          json        not null,
    priority         integer     not null,
    pass             bigint      not null,
    state            text        not null check (state in ('queued', 'running', 'done', 'dead', 'cancelled')),
    ready            boolean     not null,
    attempts         integer     not null default 0,
    max_attempts     integer     not null check (max_attempts > 0),
    run_at           timestamptz not null,
    token            uuid,
    lease_until      timestamptz,
    worker           text,
    progress         integer     not null default 0,
    cancel_requested boolean     not null default false,
    told             boolean     not null default false,
    trace_parent     text,
    error            text,
    created_at       timestamptz not null,
    started_at       timestamptz,
    finished_at      timestamptz
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);
comment on column jobs.flow is 'Whose jobs take turns with those of others: the owner, or nobody, in one queue.';
comment on column jobs.pass is 'The job''s place among those of its priority (start-time fair queueing); lower first.';
comment on column jobs.ready is 'Of a queued job: it is due. Those that are due later wait outside of the index that is taken from.';
comment on column jobs.token is 'The lease: who does not know it cannot end the job. Of a dead job, the lease of who tells its handler.';
comment on column jobs.told is 'Of a dead job: its handler knows.';

-- Serves the take: the first entries are the next jobs.
create index jobs_next on jobs (priority desc, pass, created_at, job_id) where state = 'queued' and ready;
create index jobs_later on jobs (run_at) where state = 'queued' and not ready;
-- A flow's last pass is the last entry.
create index jobs_by_flow on jobs (queue, priority, flow, pass) where state = 'queued';
-- Without the lease's end, so that a renewal writes no index.
create index jobs_running on jobs (queue) where state = 'running';
create index jobs_untold on jobs (finished_at) where state = 'dead' and not told;
create index jobs_finished on jobs (state, finished_at) where state in ('done', 'dead', 'cancelled');
create index jobs_by_subject on jobs (subject) where state in ('queued', 'running');

-- The virtual time of each priority: the highest pass that was taken.
create table job_clocks (
    priority integer primary key,
    pass     bigint  not null
) with (fillfactor = 10);

-- The last slot that an owner got in a queue with a cap.
create table job_pacing (
    queue text        not null,
    flow  uuid        not null,
    slot  timestamptz not null,
    primary key (queue, flow)
);
create index job_pacing_by_slot on job_pacing (slot);
