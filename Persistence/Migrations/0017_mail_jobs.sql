-- A mail is a job of the queue from now on.
insert into jobs (job_id, queue, kind, subject, payload, priority, pass, state, ready, max_attempts, run_at, created_at)
select mail_id, 'mail', 'mail.send', 'mail/' || mail_id, json_build_object('sealed_mail', sealed_mail, 'expires_at', expires_at), 30,
       1 + coalesce((select pass from job_clocks where priority = 30), 0), 'queued', due_at <= now(), 1000000, due_at, now()
from mail_outbox;
drop table mail_outbox;

-- A job that can never succeed is told from one that was tried to the end.
alter table jobs add column failed_for_good boolean not null default false;
comment on column jobs.failed_for_good is 'Of a dead job: its handler said that no attempt can succeed; otherwise it was tried to the end.';
