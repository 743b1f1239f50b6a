-- What admins list and switch, and what else finds an account than its address.
alter table accounts
    add column disabled       boolean not null default false,
    add column email_verified boolean not null default false;
create index accounts_by_age on accounts (created_at desc, user_id desc);

-- Accounts elsewhere that sign in here.
create table account_identities (
    provider text not null,
    subject  text not null,
    user_id  uuid not null references accounts on delete cascade,
    primary key (provider, subject)
);
create index account_identities_by_user on account_identities (user_id);
comment on column account_identities.subject is 'The provider''s own id of the person: e-mail addresses change hands.';

-- Mails that are to be sent, written in the transaction that made them necessary.
create table mail_outbox (
    mail_id     uuid primary key,
    sealed_mail text        not null,
    due_at      timestamptz not null,
    expires_at  timestamptz not null,
    attempts    int         not null default 0
);
create index mail_outbox_by_time on mail_outbox (due_at);
comment on column mail_outbox.sealed_mail is 'Recipient, subject and text, sealed: they hold links that open accounts.';
comment on column mail_outbox.expires_at is 'After this the links in it are worth nothing, and it is not sent any more.';

