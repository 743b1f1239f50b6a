-- Read models of podcasts: written in the transaction that writes the podcast's state.
create table podcasts (
    podcast_id    uuid        primary key,
    owner_id      uuid        not null,
    title         text        not null,
    description   text        not null,
    language      text        not null,
    author        text        not null,
    visibility    text        not null check (visibility in ('public', 'members', 'private')),
    monetized     boolean     not null,
    episode_count int         not null,
    created_at    timestamptz not null,
    updated_at    timestamptz not null
);
create index podcasts_by_age on podcasts (created_at desc, podcast_id desc);
create index podcasts_by_owner on podcasts (owner_id, created_at desc, podcast_id desc);

-- Which uploads podcasts use. The reference keeps an upload from being deleted meanwhile, whoever comes first.
create table podcast_uploads (
    podcast_id uuid not null references podcasts on delete cascade,
    upload_id  uuid not null references uploads,
    primary key (podcast_id, upload_id)
);
create index podcast_uploads_by_upload on podcast_uploads (upload_id);

-- Downloads, counted by the rules of the IAB Podcast Measurement Technical Guidelines 2.x.
create table episode_downloads (
    podcast_id uuid   not null,
    episode_id uuid   not null,
    day        date   not null,
    app        text   not null,
    downloads  bigint not null,
    primary key (episode_id, day, app)
);
create index episode_downloads_by_podcast on episode_downloads (podcast_id, day);

-- Who is downloading: a listener is a keyed hash of a network and an app. Rows end a day after their last use.
create table episode_listeners (
    episode_id uuid        not null,
    listener   bytea       not null,
    started_at timestamptz not null,
    bytes      bigint      not null,
    needed     bigint      not null,
    counted_at timestamptz,
    counted_in uuid,
    primary key (episode_id, listener)
);
create index episode_listeners_by_age on episode_listeners (started_at);

-- Batches of sent bytes that were added: one that comes twice counts once.
create table download_batches (
    batch_id   uuid        primary key,
    counted_at timestamptz not null
);
create index download_batches_by_age on download_batches (counted_at);

-- Private feeds of subscribers.
create table feed_tokens (
    token_id     uuid        primary key,
    podcast_id   uuid        not null references podcasts on delete cascade,
    account_id   uuid        not null,
    created_at   timestamptz not null,
    last_used_at timestamptz,
    unique (podcast_id, account_id)
);
create table feed_token_uses (
    token_id uuid   not null references feed_tokens on delete cascade,
    day      date   not null,
    network  text   not null,
    app      text   not null,
    requests bigint not null,
    primary key (token_id, day, network, app)
);
