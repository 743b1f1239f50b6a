using AudioOrleans.Configuration;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AudioOrleans.Silo.Jobs;

/// <summary>Adds the job queue to a silo.</summary>
public static class JobServices
{
    /// <summary>Adds the table, the dispatcher and its metrics; each registered <see cref="IJobHandler"/> runs the jobs of its kind.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<JobOptions>(configuration);
        // Running jobs are awaited before they are released, which must happen before the process ends.
        services.AddOptions<HostOptions>().PostConfigure<JobOptions>((host, options) => host.ShutdownTimeout += options.Drain + JobDispatcher.ShutdownGrace);
        services.AddSingleton<JobTable>().AddSingleton<JobListener>().AddHostedService<QueueLengths>();
        services.AddHostedService<JobDispatcher>();
        return services;
    }
}
