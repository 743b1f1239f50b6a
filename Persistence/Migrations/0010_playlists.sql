-- Read models of playlists: written in the transaction that writes the playlist's state.
create table playlists (
    playlist_id uuid        primary key,
    owner_id    uuid        not null,
    title       text        not null,
    description text        not null,
    visibility  text        not null check (visibility in ('public', 'private')),
    monetized   boolean     not null,
    track_count int         not null,
    duration_ms bigint      not null,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    revision    bigint      not null
);
create index playlists_by_age on playlists (created_at desc, playlist_id desc);
create index playlists_by_owner on playlists (owner_id, created_at desc, playlist_id desc);

-- Which uploads playlists use. The reference keeps an upload from being deleted meanwhile, whoever comes first.
create table playlist_uploads (
    playlist_id uuid not null references playlists on delete cascade,
    upload_id   uuid not null references uploads,
    primary key (playlist_id, upload_id)
);
create index playlist_uploads_by_upload on playlist_uploads (upload_id);

create table playlist_plays (
    playlist_id uuid   not null,
    day         date   not null,
    plays       bigint not null,
    primary key (playlist_id, day)
);
-- Batches of plays that were counted: one that comes twice counts once.
create table play_batches (
    batch_id   uuid        primary key,
    counted_at timestamptz not null
);
create index play_batches_by_age on play_batches (counted_at);

-- Addresses outside that were fetched, and when somebody last wanted them.
create table external_audio (
    grain_key text        primary key,
    wanted_at timestamptz not null
);
create index external_audio_by_use on external_audio (wanted_at);
