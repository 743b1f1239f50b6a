using AudioOrleans.Configuration;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AudioOrleans.Silo.Jobs;

/// <summary>The handlers of this silo, by kind.</summary>
internal sealed class JobHandlers
{
    private readonly Dictionary<string, IJobHandler> _byKind;

    /// <summary>Collects the registered handlers.</summary>
    /// <exception cref="InvalidOperationException">Two handlers run the same kind.</exception>
    public JobHandlers(IEnumerable<IJobHandler> handlers)
    {
        _byKind = new Dictionary<string, IJobHandler>(StringComparer.Ordinal);
        foreach (var handler in handlers)
        {
            if (!_byKind.TryAdd(handler.Kind.Name, handler))
                throw new InvalidOperationException($"There are two handlers for jobs of the kind {handler.Kind.Name}.");
        }
        Kinds = [.. _byKind.Keys];
    }

    /// <summary>The kinds that can run here.</summary>
    public string[] Kinds { get; }

    /// <summary>The kinds of a lane.</summary>
    public string[] KindsOf(JobLane lane) => [.. _byKind.Values.Where(handler => handler.Kind.Lane == lane).Select(handler => handler.Kind.Name)];

    /// <summary>The handler of a kind that can run here.</summary>
    public IJobHandler this[string kind] => _byKind[kind];
}

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
