using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Domains;
using AudioOrleans.RelayHost.Processes;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Domains;

/// <summary>Creates the CNAME record of a verified domain, where a DNS server takes updates.</summary>
public sealed class UpdateDns(IGrainFactory grains, NsUpdate update, DomainOptions options, ILogger<UpdateDns> logger) : IJobHandler
{
    private const string Refused = "The CNAME record could not be created; please create it by hand.";

    /// <summary>Its subject is the domain.</summary>
    public static readonly JobKind Job = new("domains.update_dns", "domains", JobLane.External) { MaxAttempts = 3 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var domain = grains.GetGrain<IDomainJobsGrain>(run.Job.Subject);
        if (await domain.FindDnsWork(run.Job.JobId) is not { } work || ServerFor(options, work.Host) is not { } server)
            return;
        try
        {
            await update.AddCnameAsync(server, work.Host, work.Target, cancellationToken);
        }
        catch (ProcessException exception)
        {
            logger.LogError(exception, "The CNAME record of {Host} could not be created", work.Host);
            await domain.FinishDns(run.Job.JobId, Refused);
            return;
        }
        await domain.FinishDns(run.Job.JobId, null);
    }

    /// <inheritdoc/>
    public Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken) => grains.GetGrain<IDomainJobsGrain>(job.Subject).FinishDns(job.JobId, Refused);

    /// <summary>The server that takes updates for a host; null for none.</summary>
    internal static DnsUpdateServer? ServerFor(DomainOptions options, string host)
    {
        if (!options.Update.Covers(host))
            return null;
        var (algorithm, name, secret) = options.Update.ParseKey();
        return new DnsUpdateServer(DomainOptions.ParseServer(options.Update.Server)!, options.Update.Zone!, algorithm, name, secret);
    }
}
