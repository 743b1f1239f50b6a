using AudioOrleans.Grains.Interfaces.Jobs;

namespace AudioOrleans.Grains.Interfaces.Domains;

/// <summary>One custom domain, for its owner. Key: <see cref="GrainKeys.Domain"/>.</summary>
[Alias("audio.domains.IDomainGrain")]
public interface IDomainGrain : IGrainWithStringKey
{
    /// <summary>The problem that <see cref="Add"/> would have with the host; null if it would have none. Changes nothing.</summary>
    /// <exception cref="AudioException">Conflict, as of <see cref="Add"/>.</exception>
    [Alias("FindProblem")]
    Task<FieldProblem?> FindProblem(AddDomain command);

    /// <summary>Adds the domain.</summary>
    /// <exception cref="AudioException">Conflict: another account has verified the host, or this account has added it already.</exception>
    [Alias("Add")]
    Task<DomainOutcome> Add(AddDomain command);

    /// <summary>The domain.</summary>
    /// <exception cref="AudioException">NotFound, also for anyone but the owner.</exception>
    [Alias("Get"), AlwaysInterleave]
    Task<DomainDetails> Get(Caller caller);

    /// <summary>Checks DNS now; a domain that has failed gets another day.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [Alias("Verify"), ResponseTimeout(ResponseTimes.Slow)]
    Task<DomainDetails> Verify(Caller caller);

    /// <summary>Deletes the domain and its certificate.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [Alias("Delete")]
    Task Delete(Caller caller);
}

/// <summary>One custom domain, for the jobs that set it up. Key: <see cref="GrainKeys.Domain"/>.</summary>
[Alias("audio.domains.IDomainJobsGrain")]
public interface IDomainJobsGrain : IGrainWithStringKey
{
    /// <summary>The record that a job has to create; null if there is nothing left to do.</summary>
    [Alias("FindDnsWork"), ReadOnly]
    Task<DnsWork?> FindDnsWork(Guid jobId);

    /// <summary>The record was created, or could not be; DNS is checked again.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="failure">Why not, as a sentence; null if it was.</param>
    [Alias("FinishDns"), ResponseTimeout(ResponseTimes.Slow)]
    Task FinishDns(Guid jobId, string? failure);

    /// <summary>The certificate that a job has to request; null if nothing is left to do, or DNS no longer allows it.</summary>
    [Alias("FindCertificateWork"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CertificateWork?> FindCertificateWork(Guid jobId);

    /// <summary>Publishes the response to an HTTP-01 challenge (RFC 8555, section 8.3).</summary>
    /// <returns>False if the certificate is no longer wanted.</returns>
    [Alias("PublishChallenge"), AlwaysInterleave]
    Task<bool> PublishChallenge(Guid jobId, Secret token, Secret keyAuthorization);

    /// <summary>Stores a certificate, and completes the job in the same transaction.</summary>
    /// <returns>False if the run no longer holds the job; nothing was changed then.</returns>
    [Alias("FinishCertificate")]
    Task<bool> FinishCertificate(JobRunId run, IssuedCertificate certificate);

    /// <summary>The certificate was not issued; it is requested again later.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="isRateLimited">Whether the authority asks to wait.</param>
    [Alias("FailCertificate")]
    Task FailCertificate(Guid jobId, string reason, bool isRateLimited);
}

/// <summary>One custom domain, for gateways. Key: <see cref="GrainKeys.Domain"/>.</summary>
[Alias("audio.domains.IDomainChallengeGrain")]
public interface IDomainChallengeGrain : IGrainWithStringKey
{
    /// <summary>
    /// The response to an HTTP-01 challenge; waits for it a few seconds while a certificate is being requested. Null if none is, or the token
    /// is another.
    /// </summary>
    [Alias("WaitForChallenge"), AlwaysInterleave]
    Task<Secret?> WaitForChallenge(string host, Secret token);
}

/// <summary>Lists of domains, and what gateways serve. Stateless; key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.domains.IDomainCatalogGrain")]
public interface IDomainCatalogGrain : IGrainWithStringKey
{
    /// <summary>The caller's domains, newest first; all of them for an admin.</summary>
    /// <exception cref="AudioException">Invalid: the cursor does not belong to this list.</exception>
    [Alias("List")]
    Task<Page<DomainListItem>> List(Caller caller, PageRequest page);

    /// <summary>The changes to the verified hosts after a version; 0 for all of them.</summary>
    [Alias("GetChanges")]
    Task<HostChanges> GetChanges(long after);

    /// <summary>A verified host; null if it is none.</summary>
    [Alias("FindHost")]
    Task<ServedHost?> FindHost(string host);

    /// <summary>The certificate of a host; null if it has none.</summary>
    [Alias("FindCertificate")]
    Task<IssuedCertificate?> FindCertificate(string host);
}
