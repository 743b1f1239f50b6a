using AudioOrleans.Configuration;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Jobs;

/// <summary>Adds the job queue to a silo.</summary>
public static class JobServices
{
    /// <summary>Adds the table, the workers of each lane and their figures; each <see cref="IJobHandler"/> among the services does the jobs of its kind.</summary>
    public static IServiceCollection AddJobs(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddValidatedOptions<JobOptions>(configuration);
        // What runs is waited for before it is given back, which must happen before the process ends.
        services.AddOptions<HostOptions>().PostConfigure<JobOptions>((host, options) => host.ShutdownTimeout += options.Drain + JobWorkers.ShutdownGrace);
        services.AddSingleton<JobTable>().AddSingleton<JobListener>().AddHostedService<QueueLengths>();
        foreach (var lane in Enum.GetValues<JobLane>())
        {
            services.AddSingleton<IHostedService>(provider =>
            {
                var options = provider.GetRequiredService<JobOptions>();
                return new JobWorkers(
                    provider.GetRequiredService<JobTable>(), provider.GetRequiredService<JobListener>(), options with { Workers = CountOf(lane, options.Workers) },
                    provider.GetServices<IJobHandler>().Where(handler => handler.Lane == lane),
                    provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>());
            });
        }
        return services;
    }

    /// <summary>How many workers a lane has; none where a silo is to have none.</summary>
    private static int CountOf(JobLane lane, int workers) => lane switch
    {
        JobLane.Quiet => (workers + 1) / 2,
        JobLane.Outside => 4 * workers,
        _ => workers,
    };
}
