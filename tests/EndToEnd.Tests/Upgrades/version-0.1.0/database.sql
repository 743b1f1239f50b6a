--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: account_identities; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.account_identities (
    provider text NOT NULL,
    subject text NOT NULL,
    user_id uuid NOT NULL
);


--
-- Name: COLUMN account_identities.subject; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.account_identities.subject IS 'The provider''s own id of the person: e-mail addresses change hands.';


--
-- Name: accounts; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.accounts (
    user_id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    email_verified boolean DEFAULT false NOT NULL,
    CONSTRAINT accounts_role_check CHECK ((role = ANY (ARRAY['listener'::text, 'dj'::text, 'admin'::text])))
);


--
-- Name: audit_log; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_log (
    entry_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    actor_kind text NOT NULL,
    action text NOT NULL,
    resource text NOT NULL,
    detail text,
    address text,
    request_id text
);


--
-- Name: cluster_members; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cluster_members (
    cluster_id text NOT NULL,
    address text NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    silo_name text NOT NULL,
    host_name text NOT NULL,
    status integer NOT NULL,
    client_port integer,
    suspect_times text,
    started_at timestamp with time zone NOT NULL,
    alive_at timestamp with time zone NOT NULL
);


--
-- Name: COLUMN cluster_members.generation; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.cluster_members.generation IS 'Tells the starts of a silo at one address apart.';


--
-- Name: COLUMN cluster_members.status; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.cluster_members.status IS 'SiloStatus of Orleans: 1 created, 2 joining, 3 active, 4 shutting down, 5 stopping, 6 dead.';


--
-- Name: COLUMN cluster_members.suspect_times; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.cluster_members.suspect_times IS 'Who took it for dead and when, as Orleans writes it.';


--
-- Name: cluster_versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.cluster_versions (
    cluster_id text NOT NULL,
    version integer DEFAULT 0 NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: TABLE cluster_versions; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.cluster_versions IS 'One row for each cluster; its version rises with each change of its members, which must name the version they were decided on.';


--
-- Name: external_audio; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.external_audio (
    grain_key text NOT NULL,
    wanted_at timestamp with time zone NOT NULL
);


--
-- Name: row_version; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.row_version
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: grain_state; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.grain_state (
    grain_type text NOT NULL,
    grain_key text NOT NULL,
    state_name text NOT NULL,
    state jsonb NOT NULL,
    version bigint DEFAULT nextval('public.row_version'::regclass) NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: TABLE grain_state; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.grain_state IS 'One row for each named state of a grain; its read models are written in the same transaction.';


--
-- Name: COLUMN grain_state.version; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.grain_state.version IS 'The etag: grows with each write, by more than one.';


--
-- Name: idempotency_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_keys (
    scope text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    operation_id uuid NOT NULL,
    attempt integer DEFAULT 1 NOT NULL,
    lease_until timestamp with time zone NOT NULL,
    sealed_answer text,
    expires_at timestamp with time zone NOT NULL
);


--
-- Name: COLUMN idempotency_keys.scope; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.idempotency_keys.scope IS 'Whose key it is: an account, or all who have none.';


--
-- Name: COLUMN idempotency_keys.fingerprint; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.idempotency_keys.fingerprint IS 'A keyed hash of the request; bodies hold passwords.';


--
-- Name: COLUMN idempotency_keys.operation_id; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.idempotency_keys.operation_id IS 'Kept before the work begins; what the work creates gets this id.';


--
-- Name: COLUMN idempotency_keys.lease_until; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.idempotency_keys.lease_until IS 'Without an answer at this time, whoever worked on it is dead.';


--
-- Name: job_clocks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.job_clocks (
    priority integer NOT NULL,
    pass bigint NOT NULL
)
WITH (fillfactor='10');


--
-- Name: job_pacing; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.job_pacing (
    queue text NOT NULL,
    flow uuid NOT NULL,
    slot timestamp with time zone NOT NULL
);


--
-- Name: jobs; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.jobs (
    job_id uuid NOT NULL,
    queue text NOT NULL,
    kind text NOT NULL,
    owner_id uuid,
    flow uuid GENERATED ALWAYS AS (COALESCE(owner_id, '00000000-0000-0000-0000-000000000000'::uuid)) STORED NOT NULL,
    subject text NOT NULL,
    payload json NOT NULL,
    priority integer NOT NULL,
    pass bigint NOT NULL,
    state text NOT NULL,
    ready boolean NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    max_attempts integer NOT NULL,
    run_at timestamp with time zone NOT NULL,
    token uuid,
    lease_until timestamp with time zone,
    worker text,
    progress integer DEFAULT 0 NOT NULL,
    cancel_requested boolean DEFAULT false NOT NULL,
    told boolean DEFAULT false NOT NULL,
    trace_parent text,
    error text,
    created_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    outages integer DEFAULT 0 NOT NULL,
    CONSTRAINT jobs_max_attempts_check CHECK ((max_attempts > 0)),
    CONSTRAINT jobs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'dead'::text, 'cancelled'::text])))
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.02', autovacuum_analyze_scale_factor='0.05');


--
-- Name: COLUMN jobs.flow; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.flow IS 'Whose jobs take turns with those of others: the owner, or nobody, in one queue.';


--
-- Name: COLUMN jobs.pass; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.pass IS 'The job''s place among those of its priority (start-time fair queueing); lower first.';


--
-- Name: COLUMN jobs.ready; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.ready IS 'Of a queued job: it is due. Those that are due later wait outside of the index that is taken from.';


--
-- Name: COLUMN jobs.token; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.token IS 'The lease: who does not know it cannot end the job. Of a dead or cancelled job, the lease of who tells its handler.';


--
-- Name: COLUMN jobs.told; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.told IS 'Of a dead or cancelled job: its handler knows, or need not.';


--
-- Name: COLUMN jobs.outages; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.jobs.outages IS 'How many attempts an outage has ended; they do not count as attempts.';


--
-- Name: mail_outbox; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.mail_outbox (
    mail_id uuid NOT NULL,
    sealed_mail text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    attempts integer DEFAULT 0 NOT NULL
);


--
-- Name: COLUMN mail_outbox.sealed_mail; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.mail_outbox.sealed_mail IS 'Recipient, subject and text, sealed: they hold links that open accounts.';


--
-- Name: COLUMN mail_outbox.expires_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.mail_outbox.expires_at IS 'After this the links in it are worth nothing, and it is not sent any more.';


--
-- Name: operations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.operations (
    operation_id uuid NOT NULL,
    grain text NOT NULL,
    method text NOT NULL,
    attempt uuid NOT NULL,
    sealed_answer text,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: COLUMN operations.attempt; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.operations.attempt IS 'Which attempt at the operation did it; no other may write any more.';


--
-- Name: COLUMN operations.sealed_answer; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.operations.sealed_answer IS 'What the grain answered; null until it has, and for ever after a crash in between.';


--
-- Name: orleansquery; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.orleansquery (
    querykey text NOT NULL,
    querytext text NOT NULL
);


--
-- Name: play_batches; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.play_batches (
    batch_id uuid NOT NULL,
    counted_at timestamp with time zone NOT NULL
);


--
-- Name: playlist_plays; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.playlist_plays (
    playlist_id uuid NOT NULL,
    day date NOT NULL,
    plays bigint NOT NULL
);


--
-- Name: playlist_uploads; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.playlist_uploads (
    playlist_id uuid NOT NULL,
    upload_id uuid NOT NULL
);


--
-- Name: playlists; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.playlists (
    playlist_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    visibility text NOT NULL,
    monetized boolean NOT NULL,
    track_count integer NOT NULL,
    duration_ms bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT playlists_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'private'::text])))
);


--
-- Name: reminders; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.reminders (
    grain_type text NOT NULL,
    grain_key text NOT NULL,
    name text NOT NULL,
    start_at timestamp with time zone NOT NULL,
    period interval NOT NULL,
    etag bigint DEFAULT nextval('public.row_version'::regclass) NOT NULL,
    grain_hash bigint NOT NULL
);


--
-- Name: TABLE reminders; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON TABLE public.reminders IS 'Reminders of grains; each silo reads those whose grain_hash lies in its range of the ring.';


--
-- Name: COLUMN reminders.start_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.reminders.start_at IS 'When the first tick is due.';


--
-- Name: COLUMN reminders.grain_hash; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.reminders.grain_hash IS 'The uniform hash of the grain id, 0 to 4294967295.';


--
-- Name: schema_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);


--
-- Name: signing_keys; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.signing_keys (
    key_id text NOT NULL,
    sealed_key text NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: stream_timeline; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.stream_timeline (
    stream_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    reason text
);


--
-- Name: stream_tracks; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.stream_tracks (
    stream_id uuid NOT NULL,
    started_at timestamp with time zone NOT NULL,
    title text NOT NULL
);


--
-- Name: streams; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.streams (
    stream_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    name text NOT NULL,
    genre text NOT NULL,
    description text NOT NULL,
    visibility text NOT NULL,
    monetized boolean NOT NULL,
    enabled boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT streams_visibility_check CHECK ((visibility = ANY (ARRAY['public'::text, 'private'::text])))
);


--
-- Name: uploads; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.uploads (
    upload_id uuid NOT NULL,
    owner_id uuid NOT NULL,
    file_name text NOT NULL,
    status text NOT NULL,
    format text NOT NULL,
    size_bytes bigint NOT NULL,
    sha256 text,
    title text,
    artist text,
    album text,
    duration_ms bigint,
    bits_per_second integer,
    loudness_lufs double precision,
    has_art boolean NOT NULL,
    has_waveform boolean NOT NULL,
    error_message text,
    duplicate_of uuid,
    created_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone,
    expires_at timestamp with time zone,
    CONSTRAINT uploads_status_check CHECK ((status = ANY (ARRAY['receiving'::text, 'processing'::text, 'ready'::text, 'failed'::text])))
);


--
-- Name: COLUMN uploads.size_bytes; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.uploads.size_bytes IS 'While its bytes are coming: how many may come. The account''s room is counted by it from the start.';


--
-- Name: COLUMN uploads.expires_at; Type: COMMENT; Schema: public; Owner: -
--

COMMENT ON COLUMN public.uploads.expires_at IS 'Until when its bytes must have come; null once they have.';


--
-- Data for Name: account_identities; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: accounts; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.accounts VALUES
	('01a2242c-d81e-7da1-8841-14f68b77a8d6', 'admin@example.org', '', 'admin', '2026-11-28 22:00:50.383259+00', false, true),
	('01a2242c-e757-7801-8edc-ab808606a98e', 'dj@example.org', '', 'dj', '2026-11-28 22:00:52.936335+00', false, false);


--
-- Data for Name: audit_log; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_log VALUES
	('01a2242c-e9e0-7af6-8b92-d133b47eb745', '2026-11-28 22:00:52.960414+00', NULL, 'anonymous', 'accounts.register', 'user/01a2242c-e757-7801-8edc-ab808606a98e', NULL, '127.0.0.1', '0HNQDJC8J75NE:00000001'),
	('01a2242c-ef04-730f-9d3d-742c6c131a17', '2026-11-28 22:00:54.27688+00', NULL, 'anonymous', 'accounts.log_in', 'user/01a2242c-e757-7801-8edc-ab808606a98e', NULL, '127.0.0.1', '0HNQDJC8J75NF:00000001'),
	('01a2242c-f2aa-72f4-ac45-4848b4c70773', '2026-11-28 22:00:55.210727+00', '01a2242c-e757-7801-8edc-ab808606a98e', 'account', 'api_keys.create', 'user/01a2242c-e757-7801-8edc-ab808606a98e', NULL, '127.0.0.1', '0HNQDJC8J75NG:00000001'),
	('01a2242c-f346-7218-8120-390677b0669a', '2026-11-28 22:00:55.366106+00', '01a2242c-e757-7801-8edc-ab808606a98e', 'account', 'uploads.upload', 'upload/01a2242c-f2f7-7a48-901c-87983069d741', NULL, '127.0.0.1', '0HNQDJC8J75NH:00000001'),
	('01a2242c-f39a-7950-bab0-43163db18f6b', '2026-11-28 22:00:55.450908+00', '01a2242c-e757-7801-8edc-ab808606a98e', 'account', 'uploads.upload', 'upload/01a2242c-f2f7-7a48-901c-87983069d741', NULL, '127.0.0.1', '0HNQDJC8J75NH:00000001'),
	('01a2242d-0576-7f3f-9f25-7dfaa87e9935', '2026-11-28 22:01:00.022836+00', '01a2242c-e757-7801-8edc-ab808606a98e', 'account', 'playlists.create', 'playlist/01a2242d-0504-7838-87c0-1ba031806097', NULL, '127.0.0.1', '0HNQDJC8J75O2:00000001'),
	('01a2242d-1b0a-7e22-af1c-cf7cd8aa64e9', '2026-11-28 22:01:05.546228+00', '01a2242c-e757-7801-8edc-ab808606a98e', 'account', 'streams.register', 'stream/01a2242d-19c0-79ef-85e6-8a60c5b9d1a5', NULL, '127.0.0.1', '0HNQDJC8J75O3:00000001');


--
-- Data for Name: cluster_members; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: cluster_versions; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: external_audio; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: grain_state; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.grain_state VALUES
	('account', 'user/01a2242c-d81e-7da1-8841-14f68b77a8d6', 'account', '{"name": "", "role": "admin", "email": "admin@example.org", "links": [], "disabled": false, "revision": 0, "sessions": [], "created_at": "2026-11-28T22:00:50.3832593+00:00", "identities": [], "password_hash": "$2b$12$YAuawWBz9a/SKPh7YEadDe4RKx8knt2yUuMxBY0/s9F1JpUvTXIAa", "email_verified": true, "verification_due": false}', 1, '2026-11-28 22:00:50.621385+00'),
	('stream', 'stream/01900000-0000-7000-8000-000000000001', 'stream', '{"name": "Demo station", "genre": "Ambient", "mount": "/demo", "enabled": true, "owner_id": "01900000-0000-7000-8000-000000000002", "revision": 1, "last_node": "vm", "monetized": false, "created_at": "2026-11-28T22:00:52.5358962+00:00", "last_track": "DJ Demo - It''s Five O''Clock; Somewhere", "source_url": "http://127.0.0.1:44765", "updated_at": "2026-11-28T22:00:52.5358962+00:00", "visibility": "public", "description": "Generated on this machine, to listen to at once.", "last_discontinuity": 10}', 24, '2026-11-28 22:01:23.389203+00'),
	('account', 'user/01a2242c-e757-7801-8edc-ab808606a98e', 'account', '{"name": "", "role": "dj", "email": "dj@example.org", "links": [], "disabled": false, "revision": 0, "sessions": [{"family_id": "41a0ddbe-650b-4182-bf2e-12dabe722bec", "expires_at": "2026-12-28T22:00:54.2484821+00:00", "token_hash": "87327756c475249225c68bc01b55eae939095cd4f86e0c836b3d67115a221536"}], "created_at": "2026-11-28T22:00:52.9363356+00:00", "identities": [], "password_hash": "$2b$12$ULnWkELThN3EuBG691Fm6e2rmpNNX/xZ3Ttn.5dSBAY6X7v8irDpK", "email_verified": false, "verification_due": false}', 8, '2026-11-28 22:00:54.26737+00'),
	('api-keys', 'user/01a2242c-e757-7801-8edc-ab808606a98e', 'api-keys', '{"keys": [{"hash": "5351d6d7d2ce230db748c9bd588130e4a11025d6d4f4df7f16f8efad6bb5c7b0", "name": "studio", "key_id": "01a2242c-f272-7944-89a8-0f1593a05b8d", "prefix": "ao_LCSiAXLyR", "scopes": ["streams:read", "streams:write"], "created_at": "2026-11-28T22:00:55.1815154+00:00"}]}', 9, '2026-11-28 22:00:55.204493+00'),
	('upload', 'upload/01a2242c-f2f7-7a48-901c-87983069d741', 'upload', '{"parts": [], "format": "mp3", "offset": 0, "sha256": "d67972913038e641c29c3b98f9e474e8872fbddf4837553e4a60728272b82dfd", "status": "ready", "owner_id": "01a2242c-e757-7801-8edc-ab808606a98e", "prepared": {"mp3": {"key": "uploads/audio/01a2242c-e757-7801-8edc-ab808606a98e/01a2242c-f2f7-7a48-901c-87983069d741/original.mp3", "length": 24241, "offset": 297, "channels": 1, "duration": "00:00:03.0302041", "sample_rate": 44100}, "title": "Old tone", "artist": "Last version", "has_art": false, "playlist_key": "uploads/audio/01a2242c-e757-7801-8edc-ab808606a98e/01a2242c-f2f7-7a48-901c-87983069d741/hls/manifest.m3u8", "bits_per_second": 63998}, "file_name": "tone.mp3", "created_at": "2026-11-28T22:00:55.3122693+00:00", "size_bytes": 24538, "is_analysed": true, "analysis_job": "01a2242c-f527-7372-86c9-34fc1050e067", "completed_at": "2026-11-28T22:00:55.8476903+00:00", "is_resumable": false, "original_key": "uploads/audio/01a2242c-e757-7801-8edc-ab808606a98e/01a2242c-f2f7-7a48-901c-87983069d741/original.mp3", "loudness_lufs": -22.2, "preparation_job": "01a2242c-f38f-73e2-8ddb-050400775258", "renditions_kbps": []}', 13, '2026-11-28 22:00:59.541528+00'),
	('playlist', 'playlist/01a2242d-0504-7838-87c0-1ba031806097', 'playlist', '{"parts": [{"mp3": {"key": "uploads/audio/01a2242c-e757-7801-8edc-ab808606a98e/01a2242c-f2f7-7a48-901c-87983069d741/original.mp3", "length": 24241, "offset": 297, "channels": 1, "duration": "00:00:03.0302041", "sample_rate": 44100}, "track_id": "01a2242d-051d-7230-ab55-035b5a3cb3db", "hls_prefix": "uploads/audio/01a2242c-e757-7801-8edc-ab808606a98e/01a2242c-f2f7-7a48-901c-87983069d741/hls/"}], "title": "Late hours", "former": [], "tracks": [{"audio": {"mp3": {"key": "uploads/audio/01a2242c-e757-7801-8edc-ab808606a98e/01a2242c-f2f7-7a48-901c-87983069d741/original.mp3", "length": 24241, "offset": 297, "channels": 1, "duration": "00:00:03.0302041", "sample_rate": 44100}, "title": "Old tone", "artist": "Last version", "playlist_key": "uploads/audio/01a2242c-e757-7801-8edc-ab808606a98e/01a2242c-f2f7-7a48-901c-87983069d741/hls/manifest.m3u8"}, "track_id": "01a2242d-051d-7230-ab55-035b5a3cb3db", "upload_id": "01a2242c-f2f7-7a48-901c-87983069d741"}], "version": 2, "owner_id": "01a2242c-e757-7801-8edc-ab808606a98e", "revision": 1, "monetized": false, "created_at": "2026-11-28T22:00:59.935968+00:00", "updated_at": "2026-11-28T22:00:59.935968+00:00", "visibility": "public", "description": "", "is_complete": true, "manifest_key": "playlists/01a2242d-0504-7838-87c0-1ba031806097/hls/1.m3u8"}', 15, '2026-11-28 22:01:00.080891+00'),
	('stream', 'stream/01a2242d-19c0-79ef-85e6-8a60c5b9d1a5', 'stream', '{"name": "My station", "genre": "Jazz", "mount": "/demo", "enabled": true, "owner_id": "01a2242c-e757-7801-8edc-ab808606a98e", "revision": 1, "last_node": "vm", "monetized": false, "created_at": "2026-11-28T22:01:05.5346749+00:00", "last_track": "DJ Demo - It''s Five O''Clock; Somewhere", "source_url": "http://127.0.0.1:44765", "updated_at": "2026-11-28T22:01:05.5346749+00:00", "visibility": "private", "description": "", "last_discontinuity": 10}', 23, '2026-11-28 22:01:23.302065+00');


--
-- Data for Name: idempotency_keys; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: job_clocks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.job_clocks VALUES
	(10, 1),
	(0, 1),
	(20, 1);


--
-- Data for Name: job_pacing; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: jobs; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.jobs VALUES
	('01a2242c-f38f-73e2-8ddb-050400775258', 'uploads', 'uploads.prepare', '01a2242c-e757-7801-8edc-ab808606a98e', DEFAULT, 'upload/01a2242c-f2f7-7a48-901c-87983069d741', '{}', 10, 1, 'done', true, 1, 12, '2026-11-28 22:00:55.445305+00', '7561e703-30f4-4050-9a49-5306c7e03258', NULL, 'vm/12307', 100, false, false, NULL, NULL, '2026-11-28 22:00:55.445305+00', '2026-11-28 22:00:55.466102+00', '2026-11-28 22:00:55.861319+00', 0),
	('01a2242c-f527-7372-86c9-34fc1050e067', 'analysis', 'uploads.analyse', '01a2242c-e757-7801-8edc-ab808606a98e', DEFAULT, 'upload/01a2242c-f2f7-7a48-901c-87983069d741', '{}', 0, 1, 'done', true, 1, 3, '2026-11-28 22:00:55.858996+00', 'a3d39b44-21da-46a1-a290-19249e90d4a7', NULL, 'vm/12307', 100, false, false, NULL, NULL, '2026-11-28 22:00:55.858996+00', '2026-11-28 22:00:55.919229+00', '2026-11-28 22:00:59.551968+00', 0),
	('01a2242d-0521-74f9-86b0-abcaf52ca1a7', 'playlists', 'playlists.build', '01a2242c-e757-7801-8edc-ab808606a98e', DEFAULT, 'playlist/01a2242d-0504-7838-87c0-1ba031806097', '{}', 20, 1, 'done', true, 1, 12, '2026-11-28 22:01:00.01855+00', 'f9a25f8e-abc3-49ed-b1ef-b7a9be658cc6', NULL, 'vm/12307', 100, false, false, NULL, NULL, '2026-11-28 22:01:00.01855+00', '2026-11-28 22:01:00.030161+00', '2026-11-28 22:01:00.09413+00', 0);


--
-- Data for Name: mail_outbox; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: operations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.operations VALUES
	('01a2242c-e740-7e53-9bd5-e037318a1682', 'account/user/01a2242c-e757-7801-8edc-ab808606a98e', 'IAccountGrain.Register', 'bdc6619e-190f-42b5-bfaa-5f53c69ac4c8', 'AVLYOBWtFYB9kr9aby8V+DBqj05yI/rx28DgK5IVUjtF/rrrvKRIpfhdChorbrUZBBJDRKmLBVu2seLtSIfrS3tcB8F1yzTw8HNc3FgZDLi+bUL0MwNn/dnKzompWdE7xCCML2coloCUvpRJ6ZExGc8L2IxWET7mnByNjjukoLMiqEWD5fiSx6qZMGGGB6jpOufAgp/0uBtksQyeRSUWYeIYo5Vnxgm2l245zsVQfkRf7NUR1Sbn51lgXR3dhLG4JCYJGP8U+gBsZvfS22q7ZADPprDwf8PGRytLyw2v+0LYiNjwue4CMA79PhkDfQeLt3R3FagmjIcnaq+icAdsu2dEKyr8JX2QyA7GeAfSuzf1H7OkDe71ubortu3axodNPUUQRi9uoSsyUD/siyhYCvb5ygLWm+igIrg=', '2026-11-28 22:00:52.95316+00'),
	('01a2242c-ea75-7836-baec-f0b24284c2ec', 'account/user/01a2242c-e757-7801-8edc-ab808606a98e', 'IAccountSessionsGrain.LogIn', '3e08ca2c-648a-47d5-bbe3-d945aa28a345', 'AVLYOBUsU4nqXR0ywzkpi4MIFcoMtE6U0Oli4hD6ACUmqv/TotnxXtgpt7J7sXIi8rHlMuGhYKPUOMDyHyQ0cwnPZ0m/Do1mtZvd6tJFFFYxkOW4e/hcV7PHeJqXNn/WPsSxGbMSTV6+ZycBPv93gVSPgduB5rMD9s3aD5onInTcOOJ6xpEdKBB8Rw8rLTC0auNxOUxwRxNo8dV96f/rp13QN3MlWfiW6xfiYY+T13FkifdC0s06b6towC75hu7kwSgUB7QVH3leKuwyyg01rlmf7kQrs3SX6bV4dwwu5Rbfxuooed3Dr120MwtkBPigyhKfysLsF8l2DTXk8Y5Zh5EXtmFslW3MmfRy1xkdfIvuJOVTR2XIPPrEB40SCkSTWjdbx3kS0Ngn+9RrX0ySG/GpbU/WbwsLDfUcAM2oeCXfua2Dx8b7S/vmWnMCrp9nZH+5zghThI1NjpFS+b9dLrkJZAR14psZhnOkjbVBoJ0OmmWpaiCV8PDmm1F680JTFQ+iofN8au+CletvQGIMGGBVFvHG5aG06P3A+MFg7hDjsRBxghcyNNqNYkuZY6itGiN0dFC0D7hqdbUDJcfTAGcJMJwAanV5E6rklmR5B89sJtvpAuIWlESsCuseJtErKmhSbnU0ntyyR8QAh1WUl9SSg1qKKu7qNOgVHbKbJ/3KIUYdj31Jl5keBaRd3xgrhj/iM5THUqNT3dcqaXYcHONmdj+hchYo4RCYx+9MagLYOAGeQeeWUDIkyCz+BDhJZvAa9ve+FqMA8KPsjXm63YMn3bTYUvJ57+8y/05e8GkicGit/XXFkYi8t7tibYW6fL0oJWX4QZ/OWy44efNqMdNGQwbRQjcsbUvrz8SXP8QawNNmq3XB5gKHMqpX8o5Xr8ChqU+S747Cc2sDOglbElOsO2xZ02r7sv1w2XNVeGAX0CY3mULjajxcQ3YfzksLRRYFzkJX5GeYFxZcs1a15ijC6HTx51qFTh44k5OtKZ2Th5WbKQ9/MOUDadVTvcx0OonwLN1Kk3Pn3HGTr9Nf4HF/6hUIuXPUEWUPudYJuGKLS7ItI0P1LJZdfn287CWO9oOyqI7QOVr+gKe2VEB1nch3T6rMT2SpK5ipMjU+kF0acgGQQjo4crHlEwLyVtlwwcLGVPSafuJ7l0YDfv/kPbma0+tReS2UtnfuV8HKoEgIu3ExqQGtk7NoEuJfK2cff+gJit04uau+27vYHPHcF2q3p4janYiA2XCeU7UczR9iRJjttfk3xwV6HdjeJc67OTUKmoJ33LL6Y4hW9NrsuAEsxnDzBMVjHOSq3cpF/zt4i8uA1/OSnPmzJNzzEM67/Scv7kxyiP0p+q/srHf1EcOUeLMolDNxiGxzYc8IHfT8IUJtuUFKWeYJOl+KyGdEp0quMfgxinNOyk29KgStmz4DN2F4BV6ZrlWxiyHunfx5Bx7XAJcVmyjNeaAR26/4d+l8j8rYuALm9q1igwXB6FkqAGGwlVP7UdugdJcKG1sHg7zZoda+vlXaJGC2nOQ013ta50HLIP9JXpURf04bZxbQgJGoZvYT5L2B+rbxpz9KVV0FjOO14w7v15sUm9EQPtHI1doleRSXM3nWIyrYeVyrhSLYL80zLg==', '2026-11-28 22:00:54.273505+00'),
	('01a2242c-f20c-7dfa-ac7c-9262a24cd8c5', 'api-keys/user/01a2242c-e757-7801-8edc-ab808606a98e', 'IApiKeysGrain.Create', 'e256551d-41b6-4c88-b71c-00a7f00c9ee1', 'AVLYOBWbg5REhuZKyPyBSUkAHy4txmrI88Pn9CmvleOc7a4PWxbencZu7n7GDrkDtB2xjAyj7FL0KysACSYd6mmzkwecpcg8j/GytnLWkJWriyLEZ8soo5LlWwQWHhey4KtYFhm1ku+J+TEfqFcTsedXjdp0+iGK49xkGGk69cz1CvC+phpP8mE7Yiz1K6iGG31m+zjo+Cd7A7hWVB4/jMSiOXP81yP+J2VfB6eMaapNFZLA+BZgJx5yMS7d7HyXd52cAbY8v2TI0/rxNoVTGiUmu7xkEqeUhPA7T66sVS2uWe1ZJY9pBGttXGke1aQKjUEUouwkc4as4rfPGTLq2EZ+xkKCXaBcgyQSj54YTMSZ6uFM2b2yPinKAUp8uXArA9/7vYz9ZQ1d8959mG+Dq6pfVDJbEE+I3ZCf4hiWg+x0vqQz3mjIA4KDX7B7F9JsRXeYb7LeV30sNYnvfZTnkxmaXwjKHA==', '2026-11-28 22:00:55.206018+00'),
	('01a2242c-f2d6-7d8e-8ca1-d40432ff55f3', 'upload/upload/01a2242c-f2f7-7a48-901c-87983069d741', 'IUploadIntakeGrain.Begin', '5940c3dc-bede-4be6-8530-7c247ceeab2f', 'AVLYOBWyjFmbK0t2sP2kPpq7XE2ah9c2e+Dbc29O8eXCtBga+aUNg5zGHlCoP+kVW6a7jgeLyTjhFmbLe+J/hKFA8fQMFoS1FHJuKuJpxPY66b5RijNVtdirL27fUt+A3g4T3QnU8tZTmttaq/n3xA==', '2026-11-28 22:00:55.365322+00'),
	('01a2242c-f2d6-7d8e-8ca1-d40432ff55f3', 'upload/upload/01a2242c-f2f7-7a48-901c-87983069d741', 'IUploadIntakeGrain.Accept', '5940c3dc-bede-4be6-8530-7c247ceeab2f', 'AVLYOBW5JJEj9YrLHUowEcLy/EyZ6pZA85xZpo/j7kYXXOmfOPRaImB7aGeRZIUwWICIWVwbCLYOXdVRZK7xuv/hN9ZKix0M0aHcZwxtT9YWZPLqJA/4N0hliTrKMjWLDRs5+lrEsKhru0ueoHoSVsPoc6UkXULaWG+5IV3ZjDmTL94idDnloZg7/RZ+LXDnML72F4lco8HPBJAstky4D93gQLR0wMNylouod6y9zx0e67Cj6NhzBPt770+fYnxlZ1j/c7GmikabI/9Qi64XMt9jrGDN5j1Kklr3vd9XoMKwJtL5XEQ7r4s0FF62kH+p7RBNS1ozuVeNIHK/rKGhY+Wp/o8bK8C0Qx2HkdaK4wFaQ8N4DEvAWAfYTu7WQfyGsOZHrgF64u4zNNtPI1NLKcfm3HIzAOEx64ojHTKU3qN6mQouFJpI1w==', '2026-11-28 22:00:55.450542+00'),
	('01a2242d-04da-7986-97ba-268e23ca9f69', 'playlist/playlist/01a2242d-0504-7838-87c0-1ba031806097', 'IPlaylistGrain.Create', '65eb2318-0b13-4537-905f-91cfda591e1d', 'AVLYOBV9QFbCjRzno6eTjkB7zIioByJdTxfJZ4gR8jQwIUK09u6rqg9DSZcLpPx27QGZbqwl12kar/kLMXFSU10p+X/+Qxc+38TQwLs+RGzvfaZPG7ko4BSImunkezFG9lNHBX2k0TdN', '2026-11-28 22:01:00.0218+00'),
	('01a2242d-19b3-7eed-b4c6-c53af4b1401b', 'stream/stream/01a2242d-19c0-79ef-85e6-8a60c5b9d1a5', 'IStreamGrain.Register', '5decb4b7-1029-47ef-889d-b94482c51aeb', 'AVLYOBWAZ8KpmM5SM3yjyrxiwsMvRQ/bLk0Q/yaNLE7GFjz4WuVg65aKyluE2h2EONqGpe/G8aL53aB3V5lC0UgCkGsYXJ0Jfspf6/FYH2yXrRSgKeTbRQKYFA==', '2026-11-28 22:01:05.545739+00');


--
-- Data for Name: orleansquery; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.orleansquery VALUES
	('InsertMembershipVersionKey', '
    WITH made AS (INSERT INTO cluster_versions (cluster_id) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM made
'),
	('InsertMembershipKey', '
    WITH next AS (
        UPDATE cluster_versions SET version = version + 1, changed_at = now()
        WHERE cluster_id = @DeploymentId AND version = @Version
          AND NOT EXISTS (SELECT FROM cluster_members
                          WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster_id
    ), made AS (
        INSERT INTO cluster_members (cluster_id, address, port, generation, silo_name, host_name, status, client_port, started_at, alive_at)
        SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM next
        RETURNING 1
    )
    SELECT count(*)::integer FROM made
'),
	('UpdateMembershipKey', '
    WITH next AS (
        UPDATE cluster_versions SET version = version + 1, changed_at = now()
        WHERE cluster_id = @DeploymentId AND version = @Version
          AND EXISTS (SELECT FROM cluster_members
                      WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING cluster_id
    ), changed AS (
        UPDATE cluster_members m SET status = @Status, suspect_times = @SuspectTimes, alive_at = @IAmAliveTime
        FROM next WHERE m.cluster_id = next.cluster_id AND address = @Address AND port = @Port AND generation = @Generation
        RETURNING 1
    )
    SELECT count(*)::integer FROM changed
'),
	('UpdateIAmAlivetimeKey', '
    UPDATE cluster_members SET alive_at = @IAmAliveTime
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
'),
	('MembershipReadAllKey', '
    SELECT v.cluster_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
           m.host_name AS HostName, m.status AS Status, m.client_port AS ProxyPort, m.suspect_times AS SuspectTimes,
           m.started_at AS StartTime, m.alive_at AS IAmAliveTime, v.version AS Version
    FROM cluster_versions v LEFT JOIN cluster_members m USING (cluster_id)
    WHERE v.cluster_id = @DeploymentId
'),
	('MembershipReadRowKey', '
    SELECT v.cluster_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
           m.host_name AS HostName, m.status AS Status, m.client_port AS ProxyPort, m.suspect_times AS SuspectTimes,
           m.started_at AS StartTime, m.alive_at AS IAmAliveTime, v.version AS Version
    FROM cluster_versions v
    LEFT JOIN cluster_members m ON m.cluster_id = v.cluster_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE v.cluster_id = @DeploymentId
'),
	('GatewaysQueryKey', '
    SELECT address AS Address, client_port AS ProxyPort, generation AS Generation
    FROM cluster_members WHERE cluster_id = @DeploymentId AND status = @Status AND client_port > 0
'),
	('CleanupDefunctSiloEntriesKey', '
    DELETE FROM cluster_members WHERE cluster_id = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3
'),
	('CleanupDefunctSiloEntryKey', '
    DELETE FROM cluster_members
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation AND status = 6
      AND suspect_times IS NOT DISTINCT FROM @SuspectTimes AND started_at = @StartTime AND alive_at = @IAmAliveTime
'),
	('DeleteMembershipTableEntriesKey', '
    WITH members AS (DELETE FROM cluster_members WHERE cluster_id = @DeploymentId)
    DELETE FROM cluster_versions WHERE cluster_id = @DeploymentId
');


--
-- Data for Name: play_batches; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.play_batches VALUES
	('01a2242d-5878-7b7e-8a6b-0726ec80b79e', '2026-11-28 22:01:21.277305+00');


--
-- Data for Name: playlist_plays; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.playlist_plays VALUES
	('01a2242d-0504-7838-87c0-1ba031806097', '2026-11-28', 1);


--
-- Data for Name: playlist_uploads; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.playlist_uploads VALUES
	('01a2242d-0504-7838-87c0-1ba031806097', '01a2242c-f2f7-7a48-901c-87983069d741');


--
-- Data for Name: playlists; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.playlists VALUES
	('01a2242d-0504-7838-87c0-1ba031806097', '01a2242c-e757-7801-8edc-ab808606a98e', 'Late hours', '', 'public', false, 1, 3030, '2026-11-28 22:00:59.935968+00', '2026-11-28 22:00:59.935968+00', 1);


--
-- Data for Name: reminders; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.reminders VALUES
	('stream', 'stream/01900000-0000-7000-8000-000000000001', 'keep-relaying', '2026-11-28 22:01:52.549773+00', '00:01:00', 2, 2514812052),
	('stream', 'stream/01a2242d-19c0-79ef-85e6-8a60c5b9d1a5', 'keep-relaying', '2026-11-28 22:02:05.535658+00', '00:01:00', 16, 3996813822);


--
-- Data for Name: schema_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.schema_migrations VALUES
	(1, 'engine', 'cfc8bdf8c05c39fd7cac7b33ffcb8584f32f98498d376423db1b07c3807cad10', '2026-11-28 22:00:46.905395+00'),
	(2, 'streams', 'c3e21352f39ee1fadb2c81c37cd5416b524111aaaaf12971eaf87c06c75bbed2', '2026-11-28 22:00:46.905395+00'),
	(3, 'accounts', '273172245d828db1087590fc08d244f67aaff01c905f7f58c8327fda5f122e60', '2026-11-28 22:00:46.905395+00'),
	(4, 'accounts_in_full', 'a42c73adb59fb2ce7bb1cbd7afd4a26e35a0756d21f16c1ef446055147ead3a3', '2026-11-28 22:00:46.905395+00'),
	(5, 'requests', '19c5bb6de7fab06e1f7245ad019af91ca9af46739b203ec51526dc3e516b621f', '2026-11-28 22:00:46.905395+00'),
	(6, 'cluster', 'c6b7dfde484693f2c81dcc2c089a8f70038c496c5b4003496f3a57e8849536ee', '2026-11-28 22:00:46.905395+00'),
	(7, 'operations', '937451f7f7598baf35f01bd3479daed289d1d6f4e41fb9c346b7405efd442af7', '2026-11-28 22:00:46.905395+00'),
	(8, 'jobs', '82f17b2cc587157348078fdc1654e241cac2488305bef8d4ee6aa0656b4b52ea', '2026-11-28 22:00:46.905395+00'),
	(9, 'uploads', '261750a085cf237c3bc6e47eb5909ad931667c3c3c405c5f9d0cdedde30c8856', '2026-11-28 22:00:46.905395+00'),
	(10, 'playlists', 'dc15b811dffd2c49a1a1ecdf43f1e539d52f54fb3fde2a1018650ab3ca6e7edb', '2026-11-28 22:00:46.905395+00'),
	(11, 'job_outcomes', '750a89384fe69781deeeca04ef97b936dcc3a3f054b03a71af43971080de1b72', '2026-11-28 22:00:46.905395+00');


--
-- Data for Name: signing_keys; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.signing_keys VALUES
	('sHCyPeQSdkkv_l27', 'AVLYOBUBjDUtHfw7gYifVNEMDvyziW/a6rxndT8uZYKEGYyNCGJdKiuRs0ohEsE6Ey23F5A1tB7WLsqKo9X2f7hv553sgwA8D5gLLM2QQsj9oST9tXA8CDD8VNmgGPAuBfvNQeJ3p0ZFVv1IiBDd5S/le5QfVoAsCfZx753oJvyoSxIsk1H8D5AHmA3pv7z3tAnH7kGQEWR7uGrRfi91ARoUuheW9JLb9Sr/GziQ0gC0rNf+cDkCHwtWzmBZN8TNKQ3WZANjtOmydufR3rGVSaGRtiW5KpY3Sxp3HV5fpy3fuQAaUjmk+KGP5IaW7bdkSPiFxeqLYrR3/1Qta8c8Minc+Lp07L0TvP/hOj6Vf8gvRKrB4/y99S35KMWw9k10wSqM4jNMw7TtwpZ2Y50DDpx0n2Uhzd3E9q5nk/4Tdu1GrKXmi9fW4vZ1kNH+ajAueqF1I+f4CLQU95bQkbjkLooKzc3R2lhTdCiql2DCobVjoQMPmTqUADERR9j0yTuvAAb1FH+exiCmooFTLrwkQF4WxN5ZltjkI/9YJqhShXrCtsJWfQQBgTKfIHKMl0u7FVh/KRyBx6yQ7pP/JgLEN2xHdjdTpE3rYHTbZp+ee0/E/xaHXfeBTsQ6S+BOTQnkdpe+kERJ2MrRG6arWSHRWvqtLz8JYL4YJdZTdOe1JHTzjYWm8bsD+Mz30P80kdYtWcBr2Qhf/fLQF2/HcrsvlfACC+AzvcC2YtcMbLjAh+P7jUcwsvfUeGCa8gjUv0NDjI77Dq3JAOKcrteW1TS9aJIFIGwMpOdgwHOxEVv/3UWr8lcW2fXsHyihlEJd0Njx07D+h0kTDoIDHrhEnqwwI7ljuSOS93dGkJEE47NVNdnOWr2iBLfi62XvRWtCF4CVldKvKNMLJp7E7t0hxcOFQDSkr5esbDORHVCxCPWEG7Qh/4FwFOaO1DlACF/FMcty6LHj2091C2ZqCniu7Rt5rIheSR46d3V51Hux+Hfm2Wlplzeti1JOabnN0GHLShJR4cuoi3vjP3WUSK2eGQ8bD9qmKxUoKSUowiK0RHHE5noAf187Gbxx//xmx2FHvVAUcJjk//dWW225p2b3GoWU3rgln6SXXxYa3EBzJDsFoPXUG4+rgG9gWh54WXRJPhsEGR5vFRbiIoTOqOgR4Tq0LQs6+gJpb/PiNHE9zE8VChWUKSsOFGVPgLTVoH/a2uTvKxfkccgjm3Nx4Wr/maCFJ8aa14B+XxVmTBlnB7htvOhzAqLMqFxnaHfP+MfMvBPcpuo7PcCBjDNdqAEfb09c2276nzZoILZNdnjzIdKaMdQOZuwlHx2rkVWfY7DYfJQQXspxHjMuFpGXs++K4s+oCJxwt8nkKdOBfPcGJdd9d/Fbw/0CjHjH1g/NcoxoSUQIZtbHKxwvGtviIpiKKfTQm1rmE5qrD0xxily+tSYlweClndEVRXWwp8gALNjeL6mbZ28lIY9Aoa4u8AklODCWAHgjGcPm/ghWiwtsAhBdolAj3tW0Eu8PGRB3Nh3xL1erufPasyy9sdNIBEODIy2sCtc/hWEVhSE35eR940QX0H1vQ92D9FGpS9u7Koev4j5MHydBZ67ncv1Cry/cGkeelaNhq6cenci2YpvDhqTPFXmDWvnNk9Na91jijUVub2g93OrUbbCTZimXdtmqp6LTR3E1pVvawMEJS27o6xmuKZXFIJyuJsxvePU81cWTSHZhueLor/Cjg9g4vAOE9zCYLJc1bxByytMs9h1Qe05jX/m0IUae7001pl20jN+Vvwp5ZeRokEQAbn/ncpeZ/PsjXgloNruQqQnZVuzDyeeBmCdzxLdnZwY6m+8Dt4HixNJrPZRjKSIExoWKM1lMdJnwllU6bJAgH3kuuE96O7AttdVv8yhvTFFBOIi2IGymNCfONCZALDGqBRfgPOXE840ReQI/5UO/HdVCW+EfC9gs/lSzDVuTzWhNpy2umld558pj02XDMF5/TD/oYO09xjkIOTpvkmYvFuBxERSubaC8O99bIb/lC37BdpBdT8cRfegeOTj+3jUxmkczyXGwrkgsc0o6YD/rZplOcePXy2kd05ebsLE0jDiUCLiKMxhynxh+pE3f8F5X0+OSw3pZC62IHK13/cfwtR2mqZkt+Hm2VUI9wc9U2z+wk3/IKjYlvdhwnHXVyr22VJ3ubANrRwolEx7WNZAYp3FTsA==', '2026-11-28 22:00:54.690362+00');


--
-- Data for Name: stream_timeline; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.stream_timeline VALUES
	('01900000-0000-7000-8000-000000000001', '2026-11-28 22:00:52.535896+00', 'registered', NULL),
	('01900000-0000-7000-8000-000000000001', '2026-11-28 22:00:52.715262+00', 'connecting', NULL),
	('01900000-0000-7000-8000-000000000001', '2026-11-28 22:00:53.048454+00', 'live', NULL),
	('01a2242d-19c0-79ef-85e6-8a60c5b9d1a5', '2026-11-28 22:01:05.534674+00', 'registered', NULL),
	('01a2242d-19c0-79ef-85e6-8a60c5b9d1a5', '2026-11-28 22:01:05.548313+00', 'connecting', NULL),
	('01a2242d-19c0-79ef-85e6-8a60c5b9d1a5', '2026-11-28 22:01:05.887564+00', 'live', NULL);


--
-- Data for Name: stream_tracks; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.stream_tracks VALUES
	('01900000-0000-7000-8000-000000000001', '2026-11-28 22:00:53.047763+00', 'The Turns - One At A Time'),
	('01a2242d-19c0-79ef-85e6-8a60c5b9d1a5', '2026-11-28 22:01:05.887532+00', 'The Turns - One At A Time'),
	('01900000-0000-7000-8000-000000000001', '2026-11-28 22:01:08.341667+00', 'Silo & The Grains - Café Olé'),
	('01a2242d-19c0-79ef-85e6-8a60c5b9d1a5', '2026-11-28 22:01:08.527973+00', 'Silo & The Grains - Café Olé'),
	('01a2242d-19c0-79ef-85e6-8a60c5b9d1a5', '2026-11-28 22:01:23.29913+00', 'DJ Demo - It''s Five O''Clock; Somewhere'),
	('01900000-0000-7000-8000-000000000001', '2026-11-28 22:01:23.388525+00', 'DJ Demo - It''s Five O''Clock; Somewhere');


--
-- Data for Name: streams; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.streams VALUES
	('01a2242d-19c0-79ef-85e6-8a60c5b9d1a5', '01a2242c-e757-7801-8edc-ab808606a98e', 'My station', 'Jazz', '', 'private', false, true, '2026-11-28 22:01:05.534674+00'),
	('01900000-0000-7000-8000-000000000001', '01900000-0000-7000-8000-000000000002', 'Demo station', 'Ambient', 'Generated on this machine, to listen to at once.', 'public', false, true, '2026-11-28 22:00:52.535896+00');


--
-- Data for Name: uploads; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.uploads VALUES
	('01a2242c-f2f7-7a48-901c-87983069d741', '01a2242c-e757-7801-8edc-ab808606a98e', 'tone.mp3', 'ready', 'mp3', 24538, 'd67972913038e641c29c3b98f9e474e8872fbddf4837553e4a60728272b82dfd', 'Old tone', 'Last version', NULL, 3030, 63998, -22.2, false, true, NULL, NULL, '2026-11-28 22:00:55.312269+00', '2026-11-28 22:00:55.84769+00', NULL);


--
-- Name: row_version; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.row_version', 24, true);


--
-- Name: account_identities account_identities_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_identities
    ADD CONSTRAINT account_identities_pkey PRIMARY KEY (provider, subject);


--
-- Name: accounts accounts_email_unique; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_email_unique UNIQUE (email);


--
-- Name: accounts accounts_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (user_id);


--
-- Name: audit_log audit_log_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (entry_id);


--
-- Name: cluster_members cluster_members_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cluster_members
    ADD CONSTRAINT cluster_members_pkey PRIMARY KEY (cluster_id, address, port, generation);


--
-- Name: cluster_versions cluster_versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cluster_versions
    ADD CONSTRAINT cluster_versions_pkey PRIMARY KEY (cluster_id);


--
-- Name: external_audio external_audio_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.external_audio
    ADD CONSTRAINT external_audio_pkey PRIMARY KEY (grain_key);


--
-- Name: grain_state grain_state_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.grain_state
    ADD CONSTRAINT grain_state_pkey PRIMARY KEY (grain_type, grain_key, state_name);


--
-- Name: idempotency_keys idempotency_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key);


--
-- Name: job_clocks job_clocks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_clocks
    ADD CONSTRAINT job_clocks_pkey PRIMARY KEY (priority);


--
-- Name: job_pacing job_pacing_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.job_pacing
    ADD CONSTRAINT job_pacing_pkey PRIMARY KEY (queue, flow);


--
-- Name: jobs jobs_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (job_id);


--
-- Name: mail_outbox mail_outbox_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.mail_outbox
    ADD CONSTRAINT mail_outbox_pkey PRIMARY KEY (mail_id);


--
-- Name: operations operations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.operations
    ADD CONSTRAINT operations_pkey PRIMARY KEY (operation_id, grain, method);


--
-- Name: orleansquery orleansquery_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.orleansquery
    ADD CONSTRAINT orleansquery_pkey PRIMARY KEY (querykey);


--
-- Name: play_batches play_batches_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.play_batches
    ADD CONSTRAINT play_batches_pkey PRIMARY KEY (batch_id);


--
-- Name: playlist_plays playlist_plays_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.playlist_plays
    ADD CONSTRAINT playlist_plays_pkey PRIMARY KEY (playlist_id, day);


--
-- Name: playlist_uploads playlist_uploads_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.playlist_uploads
    ADD CONSTRAINT playlist_uploads_pkey PRIMARY KEY (playlist_id, upload_id);


--
-- Name: playlists playlists_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.playlists
    ADD CONSTRAINT playlists_pkey PRIMARY KEY (playlist_id);


--
-- Name: reminders reminders_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.reminders
    ADD CONSTRAINT reminders_pkey PRIMARY KEY (grain_type, grain_key, name);


--
-- Name: schema_migrations schema_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);


--
-- Name: signing_keys signing_keys_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.signing_keys
    ADD CONSTRAINT signing_keys_pkey PRIMARY KEY (key_id);


--
-- Name: stream_timeline stream_timeline_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stream_timeline
    ADD CONSTRAINT stream_timeline_pkey PRIMARY KEY (stream_id, at, kind);


--
-- Name: stream_tracks stream_tracks_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stream_tracks
    ADD CONSTRAINT stream_tracks_pkey PRIMARY KEY (stream_id, started_at);


--
-- Name: streams streams_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.streams
    ADD CONSTRAINT streams_pkey PRIMARY KEY (stream_id);


--
-- Name: uploads uploads_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_pkey PRIMARY KEY (upload_id);


--
-- Name: account_identities_by_user; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX account_identities_by_user ON public.account_identities USING btree (user_id);


--
-- Name: accounts_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX accounts_by_age ON public.accounts USING btree (created_at DESC, user_id DESC);


--
-- Name: audit_log_by_action; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_log_by_action ON public.audit_log USING btree (action, at DESC, entry_id DESC);


--
-- Name: audit_log_by_actor; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_log_by_actor ON public.audit_log USING btree (actor_id, at DESC, entry_id DESC);


--
-- Name: audit_log_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_log_by_age ON public.audit_log USING btree (at DESC, entry_id DESC);


--
-- Name: audit_log_by_resource; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX audit_log_by_resource ON public.audit_log USING btree (resource, at DESC, entry_id DESC);


--
-- Name: external_audio_by_use; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX external_audio_by_use ON public.external_audio USING btree (wanted_at);


--
-- Name: idempotency_keys_by_end; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX idempotency_keys_by_end ON public.idempotency_keys USING btree (expires_at);


--
-- Name: job_pacing_by_slot; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX job_pacing_by_slot ON public.job_pacing USING btree (slot);


--
-- Name: jobs_by_flow; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX jobs_by_flow ON public.jobs USING btree (queue, priority, flow, pass) WHERE (state = 'queued'::text);


--
-- Name: jobs_by_subject; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX jobs_by_subject ON public.jobs USING btree (subject) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text]));


--
-- Name: jobs_finished; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX jobs_finished ON public.jobs USING btree (state, finished_at) WHERE (state = ANY (ARRAY['done'::text, 'dead'::text, 'cancelled'::text]));


--
-- Name: jobs_later; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX jobs_later ON public.jobs USING btree (run_at) WHERE ((state = 'queued'::text) AND (NOT ready));


--
-- Name: jobs_next; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX jobs_next ON public.jobs USING btree (priority DESC, pass, created_at, job_id) WHERE ((state = 'queued'::text) AND ready);


--
-- Name: jobs_running; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX jobs_running ON public.jobs USING btree (queue) WHERE (state = 'running'::text);


--
-- Name: jobs_untold; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX jobs_untold ON public.jobs USING btree (finished_at) WHERE ((state = ANY (ARRAY['dead'::text, 'cancelled'::text])) AND (NOT told));


--
-- Name: mail_outbox_by_time; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX mail_outbox_by_time ON public.mail_outbox USING btree (due_at);


--
-- Name: operations_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX operations_by_age ON public.operations USING btree (created_at);


--
-- Name: play_batches_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX play_batches_by_age ON public.play_batches USING btree (counted_at);


--
-- Name: playlist_uploads_by_upload; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX playlist_uploads_by_upload ON public.playlist_uploads USING btree (upload_id);


--
-- Name: playlists_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX playlists_by_age ON public.playlists USING btree (created_at DESC, playlist_id DESC);


--
-- Name: playlists_by_owner; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX playlists_by_owner ON public.playlists USING btree (owner_id, created_at DESC, playlist_id DESC);


--
-- Name: reminders_by_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX reminders_by_hash ON public.reminders USING btree (grain_hash);


--
-- Name: streams_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX streams_by_age ON public.streams USING btree (created_at DESC, stream_id DESC);


--
-- Name: streams_by_owner; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX streams_by_owner ON public.streams USING btree (owner_id, created_at DESC, stream_id DESC);


--
-- Name: uploads_by_age; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX uploads_by_age ON public.uploads USING btree (created_at DESC, upload_id DESC);


--
-- Name: uploads_by_content; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX uploads_by_content ON public.uploads USING btree (owner_id, sha256);


--
-- Name: uploads_by_owner; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX uploads_by_owner ON public.uploads USING btree (owner_id, created_at DESC, upload_id DESC);


--
-- Name: uploads_to_expire; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX uploads_to_expire ON public.uploads USING btree (expires_at) WHERE (expires_at IS NOT NULL);


--
-- Name: account_identities account_identities_user_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.account_identities
    ADD CONSTRAINT account_identities_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.accounts(user_id) ON DELETE CASCADE;


--
-- Name: cluster_members cluster_members_cluster_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.cluster_members
    ADD CONSTRAINT cluster_members_cluster_id_fkey FOREIGN KEY (cluster_id) REFERENCES public.cluster_versions(cluster_id);


--
-- Name: playlist_uploads playlist_uploads_playlist_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.playlist_uploads
    ADD CONSTRAINT playlist_uploads_playlist_id_fkey FOREIGN KEY (playlist_id) REFERENCES public.playlists(playlist_id) ON DELETE CASCADE;


--
-- Name: playlist_uploads playlist_uploads_upload_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.playlist_uploads
    ADD CONSTRAINT playlist_uploads_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES public.uploads(upload_id);


--
-- Name: stream_timeline stream_timeline_stream_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stream_timeline
    ADD CONSTRAINT stream_timeline_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(stream_id) ON DELETE CASCADE;


--
-- Name: stream_tracks stream_tracks_stream_id_fkey; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.stream_tracks
    ADD CONSTRAINT stream_tracks_stream_id_fkey FOREIGN KEY (stream_id) REFERENCES public.streams(stream_id) ON DELETE CASCADE;


--
-- PostgreSQL database dump complete
--


