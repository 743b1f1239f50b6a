-- Custom domains: written in the transaction that writes the domain's state.
create table domains (
    domain_id           uuid        primary key,
    owner_id            uuid        not null,
    host                text        not null,
    podcast_id          uuid,
    verification_status text        not null check (verification_status in ('pending', 'verified', 'failed')),
    tls_status          text        not null check (tls_status in ('none', 'pending', 'issued', 'failed')),
    created_at          timestamptz not null
);
-- A claim that nobody has verified blocks its own account only.
create unique index domains_claims on domains (owner_id, host);
create unique index domains_verified on domains (host) where verification_status = 'verified';
create index domains_by_age on domains (created_at desc, domain_id desc);
create index domains_by_owner on domains (owner_id, created_at desc, domain_id desc);

-- What gateways serve. A row without a domain tells them that the host is no longer served.
create table domain_hosts (
    host        text   primary key,
    domain_id   uuid,
    podcast_id  uuid,
    certificate bigint not null,
    version     bigint not null
);
create index domain_hosts_by_domain on domain_hosts (domain_id);
create unique index domain_hosts_by_version on domain_hosts (version);

-- The version of the last change. Its one row is locked by each change until it commits, so that no gateway misses one that commits late.
create table domain_clock (
    id      int    primary key default 1 check (id = 1),
    version bigint not null
);
insert into domain_clock (version) values (0);

create table domain_certificates (
    domain_id   uuid        primary key,
    certificate bigint      not null,
    sealed      bytea       not null,
    not_before  timestamptz not null,
    not_after   timestamptz not null
);

-- The platform's account at each certificate authority.
create table acme_accounts (
    directory  text        primary key,
    sealed     bytea       not null,
    created_at timestamptz not null
);
