using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Domains;
using AudioOrleans.RelayHost.Processes;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Domains;

/// <summary>Requests the certificate of a domain: by DNS-01 where a DNS server takes updates, otherwise by HTTP-01, which any gateway answers.</summary>
public sealed class IssueCertificate(IGrainFactory grains, Lego lego, DomainCertificates certificates, DomainOptions options, ILogger<IssueCertificate> logger) : IJobHandler
{
    private const string UnknownAccount = "accountDoesNotExist";
    private const string RateLimited = "rateLimited";

    /// <summary>Its subject is the domain. A refusal is no failure of the job: the domain's grain decides when to request again.</summary>
    public static readonly JobKind Job = new("domains.issue_certificate", "domains", JobLane.OneByOne) { MaxAttempts = 3 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var (domain, jobId, acme) = (grains.GetGrain<IDomainJobsGrain>(run.Job.Subject), run.Job.JobId, options.Acme);
        if (!acme.IsOn || await domain.FindCertificateWork(jobId) is not { } work)
            return;
        var account = await certificates.FindAccountAsync(acme.Directory!, cancellationToken);
        var request = new LegoRequest(
            work.Host, acme.Directory!, acme.Email!, acme.TrustedRoot is { Length: > 0 } root ? root : null, UpdateDns.ServerFor(options, work.Host), DomainOptions.ParseServer(options.Resolver)?.ToString());
        try
        {
            var issued = await lego.RequestAsync(
                request, account, async (token, response) => await domain.PublishChallenge(jobId, new Secret(token), new Secret(response)), cancellationToken);
            await KeepAccountAsync(account, issued.Account);
            await domain.FinishCertificate(new JobRunId(jobId, run.Lease.Token), Read(issued, work.Host));
        }
        catch (LegoException exception)
        {
            logger.LogWarning(exception.InnerException, "No certificate was issued for {Host}", work.Host);
            await (exception.Type == UnknownAccount ? certificates.ForgetAccountAsync(acme.Directory!, CancellationToken.None) : KeepAccountAsync(account, exception.Account));
            await domain.FailCertificate(jobId, exception.Message, exception.Type == RateLimited);
        }
        catch (ProcessStartException exception)
        {
            logger.LogError(exception, "No certificate can be requested for {Host}", work.Host);
            await domain.FailCertificate(jobId, $"The platform cannot request certificates: the program {Lego.Program} is missing.", false);
        }
        catch (CryptographicException exception)
        {
            logger.LogError(exception, "The certificate of {Host} is of no use", work.Host);
            await domain.FailCertificate(jobId, "The certificate authority issued a certificate that cannot be used.", false);
        }
    }

    /// <inheritdoc/>
    public Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken) =>
        grains.GetGrain<IDomainJobsGrain>(job.Subject).FailCertificate(job.JobId, "The request for a certificate was interrupted.", false);

    private async Task KeepAccountAsync(ImmutableDictionary<string, byte[]> before, ImmutableDictionary<string, byte[]> after)
    {
        if (before.IsEmpty && !after.IsEmpty)
            await certificates.AddAccountAsync(options.Acme.Directory!, after, CancellationToken.None);
    }

    private static IssuedCertificate Read(LegoCertificate issued, string host)
    {
        using var certificate = X509Certificate2.CreateFromPem(issued.Chain, issued.Key);
        return certificate.MatchesHostname(host, allowWildcards: false, allowCommonName: false)
            ? new IssuedCertificate(new Secret(issued.Chain), new Secret(issued.Key), certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime())
            : throw new CryptographicException("The certificate is for another name.");
    }
}
