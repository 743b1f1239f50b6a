-- Read models of streams: written in the transaction that writes the stream's state, read by lists.
create table streams (
    stream_id   uuid primary key,
    owner_id    uuid not null,
    name        text not null,
    genre       text not null,
    description text not null,
    visibility  text not null check (visibility in ('public', 'private')),
    monetized   boolean not null,
    enabled     boolean not null,
    created_at  timestamptz not null
);
-- Lists are newest first; ids are UUIDv7, so they grow with time and break ties.
create index streams_by_age on streams (created_at desc, stream_id desc);
create index streams_by_owner on streams (owner_id, created_at desc, stream_id desc);

create table stream_tracks (
    stream_id  uuid not null references streams on delete cascade,
    started_at timestamptz not null,
    title      text not null,
    primary key (stream_id, started_at)
);

create table stream_timeline (
    stream_id uuid not null references streams on delete cascade,
    at        timestamptz not null,
    kind      text not null,
    reason    text,
    primary key (stream_id, at, kind)
);
