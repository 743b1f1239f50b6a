-- What an outage fails is put off and costs no attempt; and who waits for a job also hears that it was called off.
alter table jobs add column outages integer not null default 0;
comment on column jobs.outages is 'How many attempts an outage has ended; they do not count as attempts.';
comment on column jobs.token is 'The lease: who does not know it cannot end the job. Of a dead or cancelled job, the lease of who tells its handler.';
comment on column jobs.told is 'Of a dead or cancelled job: its handler knows, or need not.';

drop index jobs_untold;
create index jobs_untold on jobs (finished_at) where state in ('dead', 'cancelled') and not told;
