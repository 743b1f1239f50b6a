-- Read model of accounts: logins find the account by its address, and the address is unique.
create table accounts (
    user_id    uuid primary key,
    email      text not null,
    name       text not null,
    role       text not null check (role in ('listener', 'dj', 'admin')),
    created_at timestamptz not null,
    constraint accounts_email_unique unique (email)
);

-- The keys that sign access tokens, sealed with the master key; the newest signs, all verify.
create table signing_keys (
    key_id     text primary key,
    sealed_key text not null,
    created_at timestamptz not null
);
