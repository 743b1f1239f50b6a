-- Who belongs to the cluster: the tables that Orleans' membership over ADO.NET is kept in. Orleans brings no SQL of its own; it looks
-- the statements up by name in OrleansQuery and runs them. Its "deployment" is what it calls cluster id elsewhere.

CREATE TABLE cluster_versions (
    cluster_id text        PRIMARY KEY,
    version    integer     NOT NULL DEFAULT 0,
    changed_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE cluster_versions IS 'One row for each cluster; its version rises with each change of its members, which must name the version they were decided on.';

CREATE TABLE cluster_members (
    cluster_id    text        NOT NULL REFERENCES cluster_versions,
    address       text        NOT NULL,
    port          integer     NOT NULL,
    generation    integer     NOT NULL,
    silo_name     text        NOT NULL,
    host_name     text        NOT NULL,
    status        integer     NOT NULL,
    client_port   integer,
    suspect_times text,
    started_at    timestamptz NOT NULL,
    alive_at      timestamptz NOT NULL,
    PRIMARY KEY (cluster_id, address, port, generation)
);
COMMENT ON COLUMN cluster_members.generation IS 'Tells the starts of a silo at one address apart.';
COMMENT ON COLUMN cluster_members.status IS 'SiloStatus of Orleans: 1 created, 2 joining, 3 active, 4 shutting down, 5 stopping, 6 dead.';
COMMENT ON COLUMN cluster_members.suspect_times IS 'Who took it for dead and when, as Orleans writes it.';

CREATE TABLE OrleansQuery (
    QueryKey  text PRIMARY KEY,
    QueryText text NOT NULL
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('InsertMembershipVersionKey', $sql$
    WITH made AS (INSERT INTO cluster_versions (cluster_id) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM made
$sql$),
-- The version's row is locked by the first statement, so of two changes that were decided on one version the later changes nothing.
('InsertMembershipKey', $sql$
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
$sql$),
('UpdateMembershipKey', $sql$
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
$sql$),
('UpdateIAmAlivetimeKey', $sql$
    UPDATE cluster_members SET alive_at = @IAmAliveTime
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$sql$),
-- A cluster without members is one row without a member.
('MembershipReadAllKey', $sql$
    SELECT v.cluster_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
           m.host_name AS HostName, m.status AS Status, m.client_port AS ProxyPort, m.suspect_times AS SuspectTimes,
           m.started_at AS StartTime, m.alive_at AS IAmAliveTime, v.version AS Version
    FROM cluster_versions v LEFT JOIN cluster_members m USING (cluster_id)
    WHERE v.cluster_id = @DeploymentId
$sql$),
('MembershipReadRowKey', $sql$
    SELECT v.cluster_id AS DeploymentId, m.address AS Address, m.port AS Port, m.generation AS Generation, m.silo_name AS SiloName,
           m.host_name AS HostName, m.status AS Status, m.client_port AS ProxyPort, m.suspect_times AS SuspectTimes,
           m.started_at AS StartTime, m.alive_at AS IAmAliveTime, v.version AS Version
    FROM cluster_versions v
    LEFT JOIN cluster_members m ON m.cluster_id = v.cluster_id AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE v.cluster_id = @DeploymentId
$sql$),
('GatewaysQueryKey', $sql$
    SELECT address AS Address, client_port AS ProxyPort, generation AS Generation
    FROM cluster_members WHERE cluster_id = @DeploymentId AND status = @Status AND client_port > 0
$sql$),
('CleanupDefunctSiloEntriesKey', $sql$
    DELETE FROM cluster_members WHERE cluster_id = @DeploymentId AND alive_at < @IAmAliveTime AND status <> 3
$sql$),
('CleanupDefunctSiloEntryKey', $sql$
    DELETE FROM cluster_members
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation AND status = 6
      AND suspect_times IS NOT DISTINCT FROM @SuspectTimes AND started_at = @StartTime AND alive_at = @IAmAliveTime
$sql$),
('DeleteMembershipTableEntriesKey', $sql$
    WITH members AS (DELETE FROM cluster_members WHERE cluster_id = @DeploymentId)
    DELETE FROM cluster_versions WHERE cluster_id = @DeploymentId
$sql$);
