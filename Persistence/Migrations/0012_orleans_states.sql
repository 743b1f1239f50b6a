-- State without rows of ours beside it, kept by Orleans' AdoNet storage. It looks these statements up by name in OrleansQuery.

CREATE TABLE orleans_states (
    service_id text        NOT NULL,
    state_name text        NOT NULL,
    grain_key  text        NOT NULL,
    n0         bigint      NOT NULL,
    n1         bigint      NOT NULL,
    payload    bytea,
    version    integer     NOT NULL DEFAULT 1,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (state_name, grain_key, n0, n1, service_id)
);
COMMENT ON TABLE orleans_states IS 'What may be lost without harm: the last report of a relay, caches. Everything else is in grain_state.';
COMMENT ON COLUMN orleans_states.state_name IS 'The name of the state, which no other grain type may use: the key has no grain type.';
COMMENT ON COLUMN orleans_states.n0 IS 'With n1 the key of grains whose key is a number or a GUID; 0 for all of ours.';
COMMENT ON COLUMN orleans_states.payload IS 'The state as Orleans'' serializer writes it; null when it was cleared and the row kept.';

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey', $sql$
    SELECT payload AS PayloadBinary, version AS Version FROM orleans_states
    WHERE state_name = @GrainTypeString AND grain_key = coalesce(@GrainIdExtensionString::text, '') AND n0 = @GrainIdN0 AND n1 = @GrainIdN1 AND service_id = @ServiceId
$sql$),
-- A state that was never written has no version; of two writes that were decided on one version the later gets no row.
('WriteToStorageKey', $sql$
    WITH made AS (
        INSERT INTO orleans_states (service_id, state_name, grain_key, n0, n1, payload)
        SELECT @ServiceId, @GrainTypeString, coalesce(@GrainIdExtensionString::text, ''), @GrainIdN0, @GrainIdN1, @PayloadBinary
        WHERE @GrainStateVersion::integer IS NULL
        ON CONFLICT DO NOTHING RETURNING version
    ), changed AS (
        UPDATE orleans_states SET payload = @PayloadBinary, version = version + 1, changed_at = now()
        WHERE state_name = @GrainTypeString AND grain_key = coalesce(@GrainIdExtensionString::text, '') AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
          AND service_id = @ServiceId AND version = @GrainStateVersion::integer
        RETURNING version
    )
    SELECT version AS NewGrainStateVersion FROM made UNION ALL SELECT version FROM changed
$sql$),
('ClearStorageKey', $sql$
    UPDATE orleans_states SET payload = NULL, version = version + 1, changed_at = now()
    WHERE state_name = @GrainTypeString AND grain_key = coalesce(@GrainIdExtensionString::text, '') AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
      AND service_id = @ServiceId AND version = @GrainStateVersion::integer
    RETURNING version AS NewGrainStateVersion
$sql$),
-- Orleans compares what it gets with the version that it had: another one says that the row is gone.
('DeleteStorageKey', $sql$
    DELETE FROM orleans_states
    WHERE state_name = @GrainTypeString AND grain_key = coalesce(@GrainIdExtensionString::text, '') AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
      AND service_id = @ServiceId AND version = @GrainStateVersion::integer
    RETURNING version + 1 AS NewGrainStateVersion
$sql$);
