-- Read models of uploads: written in the transaction that writes the upload's state.
create table uploads (
    upload_id       uuid        primary key,
    owner_id        uuid        not null,
    file_name       text        not null,
    status          text        not null check (status in ('receiving', 'processing', 'ready', 'failed')),
    format          text        not null,
    size_bytes      bigint      not null,
    sha256          text,
    title           text,
    artist          text,
    album           text,
    duration_ms     bigint,
    bits_per_second int,
    loudness_lufs   double precision,
    has_art         boolean     not null,
    has_waveform    boolean     not null,
    error_message   text,
    duplicate_of    uuid,
    created_at      timestamptz not null,
    completed_at    timestamptz,
    expires_at      timestamptz
);
comment on column uploads.size_bytes is 'While its bytes are coming: how many may come. The account''s room is counted by it from the start.';
comment on column uploads.expires_at is 'Until when its bytes must have come; null once they have.';
create index uploads_by_owner on uploads (owner_id, created_at desc, upload_id desc);
create index uploads_by_age on uploads (created_at desc, upload_id desc);
create index uploads_by_content on uploads (owner_id, sha256);
create index uploads_to_expire on uploads (expires_at) where expires_at is not null;
