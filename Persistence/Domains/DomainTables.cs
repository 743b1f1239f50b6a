using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Domains;

/// <summary>A row of <c>domains</c>.</summary>
public sealed record DomainRow(Guid DomainId, Guid OwnerId, string Host, Guid? PodcastId, string VerificationStatus, string TlsStatus, DateTime CreatedAt);

/// <summary>A row of <c>domain_hosts</c>.</summary>
public sealed record DomainHostRow(string Host, Guid? DomainId, Guid? PodcastId, long Certificate, long Version);

/// <summary>A row of <c>domain_certificates</c>.</summary>
public sealed record DomainCertificateRow(Guid DomainId, long Certificate, byte[] Sealed, DateTime NotBefore, DateTime NotAfter);

/// <summary>The SQL of custom domains.</summary>
public sealed class DomainTables(AudioDatabase database)
{
    /// <summary>The constraint that a second account violates when it verifies a host.</summary>
    public const string OneVerified = "domains_verified";

    /// <summary>The constraint that an account violates when it adds a host twice.</summary>
    public const string OneClaim = "domains_claims";

    private const string Columns = "domain_id, owner_id, host, podcast_id, verification_status, tls_status, created_at";
    private const string HostColumns = "host, domain_id, podcast_id, certificate, version";

    /// <summary>Writes a domain's row, and what gateways serve, in the state's transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="domain">The row.</param>
    /// <param name="certificate">The number of its certificate; 0 for none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="DuplicateKeyException">The account has added the host already, or another one has verified it.</exception>
    public static async Task WriteAsync(NpgsqlTransaction transaction, DomainRow domain, long certificate, CancellationToken cancellationToken)
    {
        await ExecuteAsync(
            transaction,
            $"""
            insert into domains ({Columns}) values (@DomainId, @OwnerId, @Host, @PodcastId, @VerificationStatus, @TlsStatus, @CreatedAt)
            on conflict (domain_id) do update set
                podcast_id = excluded.podcast_id, verification_status = excluded.verification_status, tls_status = excluded.tls_status
            """,
            domain, cancellationToken);
        if (domain.VerificationStatus != "verified")
        {
            await WithdrawAsync(transaction, domain.DomainId, cancellationToken);
            return;
        }
        var parameters = new { domain.Host, domain.DomainId, domain.PodcastId, certificate };
        var isServed = await transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition(
            """
            select exists (select from domain_hosts where host = @Host and domain_id = @DomainId and podcast_id is not distinct from @PodcastId and certificate = @certificate)
            """,
            parameters, transaction, cancellationToken: cancellationToken));
        if (isServed)
            return; // Gateways know it: most writes only note that DNS was checked.
        await ExecuteAsync(
            transaction,
            $"""
            with clock as (update domain_clock set version = version + 1 returning version)
            insert into domain_hosts ({HostColumns}) select @Host, @DomainId, @PodcastId, @certificate, version from clock
            on conflict (host) do update set
                domain_id = excluded.domain_id, podcast_id = excluded.podcast_id, certificate = excluded.certificate, version = excluded.version
            """,
            parameters, cancellationToken);
    }

    /// <summary>Removes a domain's rows, in the state's transaction.</summary>
    public static async Task RemoveAsync(NpgsqlTransaction transaction, Guid domainId, CancellationToken cancellationToken)
    {
        await ExecuteAsync(transaction, "delete from domains where domain_id = @domainId", new { domainId }, cancellationToken);
        await WithdrawAsync(transaction, domainId, cancellationToken);
    }

    /// <summary>Stores a certificate, in the state's transaction.</summary>
    public static Task StoreCertificateAsync(NpgsqlTransaction transaction, DomainCertificateRow certificate, CancellationToken cancellationToken) => ExecuteAsync(
        transaction,
        """
        insert into domain_certificates (domain_id, certificate, sealed, not_before, not_after) values (@DomainId, @Certificate, @Sealed, @NotBefore, @NotAfter)
        on conflict (domain_id) do update set
            certificate = excluded.certificate, sealed = excluded.sealed, not_before = excluded.not_before, not_after = excluded.not_after
        """,
        certificate, cancellationToken);

    /// <summary>A page of an account's domains, or of all, newest first.</summary>
    public Task<IReadOnlyList<DomainRow>> ListAsync(Guid? ownerId, (DateTime CreatedAt, Guid DomainId)? after, int limit, CancellationToken cancellationToken) =>
        QueryAsync<DomainRow>(
            $"""
            select {Columns} from domains
            where (@ownerId::uuid is null or owner_id = @ownerId) and (@AfterTime::timestamptz is null or (created_at, domain_id) < (@AfterTime, @AfterId))
            order by created_at desc, domain_id desc limit @limit
            """,
            new { ownerId, AfterTime = after?.CreatedAt, AfterId = after?.DomainId, limit }, cancellationToken);

    /// <summary>How many domains an account has.</summary>
    public async Task<long> CountAsync(Guid ownerId, CancellationToken cancellationToken) =>
        (await QueryAsync<long>("select count(*) from domains where owner_id = @ownerId", new { ownerId }, cancellationToken))[0];

    /// <summary>Whether an account other than this one has verified a host.</summary>
    public async Task<bool> IsTakenAsync(string host, Guid domainId, CancellationToken cancellationToken) =>
        (await QueryAsync<bool>("select exists (select from domains where host = @host and verification_status = 'verified' and domain_id <> @domainId)", new { host, domainId }, cancellationToken))[0];

    /// <summary>Whether an account has added a host.</summary>
    public async Task<bool> IsClaimedAsync(Guid ownerId, string host, CancellationToken cancellationToken) =>
        (await QueryAsync<bool>("select exists (select from domains where owner_id = @ownerId and host = @host)", new { ownerId, host }, cancellationToken))[0];

    /// <summary>What gateways serve that changed after a version, in the order of the changes.</summary>
    public Task<IReadOnlyList<DomainHostRow>> ListChangesAsync(long after, int limit, CancellationToken cancellationToken) => QueryAsync<DomainHostRow>(
        // A gateway that has nothing yet need not hear of what is no longer served.
        $"select {HostColumns} from domain_hosts where version > @after and (@after > 0 or domain_id is not null) order by version limit @limit", new { after, limit }, cancellationToken);

    /// <summary>A host that is served; null if it is not.</summary>
    public Task<DomainHostRow?> FindHostAsync(string host, CancellationToken cancellationToken) =>
        FindAsync<DomainHostRow>($"select {HostColumns} from domain_hosts where host = @host and domain_id is not null", new { host }, cancellationToken);

    /// <summary>The certificate of a host that is served; null if it has none.</summary>
    public Task<DomainCertificateRow?> FindCertificateAsync(string host, CancellationToken cancellationToken) => FindAsync<DomainCertificateRow>(
        "select c.domain_id, c.certificate, c.sealed, c.not_before, c.not_after from domain_hosts h join domain_certificates c using (domain_id) where h.host = @host",
        new { host }, cancellationToken);

    /// <summary>The platform's account at a certificate authority, sealed; null if there is none.</summary>
    public Task<byte[]?> FindAccountAsync(string directory, CancellationToken cancellationToken) =>
        FindAsync<byte[]>("select sealed from acme_accounts where directory = @directory", new { directory }, cancellationToken);

    /// <summary>Stores an account, unless another silo has just done so.</summary>
    public Task AddAccountAsync(string directory, byte[] sealedAccount, DateTime now, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            "insert into acme_accounts (directory, sealed, created_at) values (@directory, @sealedAccount, @now) on conflict do nothing",
            new { directory, sealedAccount, now }, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>Deletes an account that its authority does not know, unless it has been replaced.</summary>
    public Task RemoveAccountAsync(string directory, byte[] sealedAccount, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            "delete from acme_accounts where directory = @directory and sealed = @sealedAccount", new { directory, sealedAccount }, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>The host is no longer served, and its certificate no longer kept.</summary>
    private static async Task WithdrawAsync(NpgsqlTransaction transaction, Guid domainId, CancellationToken cancellationToken)
    {
        await ExecuteAsync(transaction, "delete from domain_certificates where domain_id = @domainId", new { domainId }, cancellationToken);
        var host = await transaction.Connection!.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "select host from domain_hosts where domain_id = @domainId", new { domainId }, transaction, cancellationToken: cancellationToken));
        if (host is not null)
        {
            await ExecuteAsync(
                transaction,
                """
                with clock as (update domain_clock set version = version + 1 returning version)
                update domain_hosts set domain_id = null, podcast_id = null, certificate = 0, version = clock.version from clock where host = @host and domain_id = @domainId
                """,
                new { host, domainId }, cancellationToken);
        }
    }

    private static Task<int> ExecuteAsync(NpgsqlTransaction transaction, string sql, object parameters, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));

    private async Task<T?> FindAsync<T>(string sql, object parameters, CancellationToken cancellationToken) where T : class =>
        await QueryAsync<T>(sql, parameters, cancellationToken) is [var first, ..] ? first : null;

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<T>>(
        async connection => (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);
}
