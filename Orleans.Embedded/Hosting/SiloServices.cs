using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.Hosting;

/// <summary>What a silo adds to the services of its host.</summary>
internal static class SiloServices
{
    public static void Register(IServiceCollection services)
    {
        if (services.Any(service => service.ServiceType == typeof(Silo)))
            return;
        services.AddLogging();
        services.AddOptions();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<IConfigureOptions<GrainTypeOptions>, ApplicationAssemblies>();
        services.AddSingleton<GrainClasses>();
        services.AddSingleton<Silo>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<Silo>());
        services.AddSingleton<ILocalSiloDetails>(provider => provider.GetRequiredService<Silo>());
        services.AddSingleton<IClusterClient>(provider => provider.GetRequiredService<Silo>().Factory);
        services.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<Silo>().Factory);
        services.AddSingleton<IGrainRuntime>(provider => provider.GetRequiredService<Silo>().Runtime);
        services.AddSingleton<ITimerRegistry>(provider => provider.GetRequiredService<Silo>().Runtime);
        services.AddSingleton<IGrainContextAccessor>(provider => provider.GetRequiredService<Silo>().Runtime);
        services.TryAddSingleton<IPersistentStateFactory, PersistentStates>();
        services.AddScoped<IGrainContext>(_ => Activation.Current
            ?? throw new InvalidOperationException("IGrainContext is there for grains and what is made for them."));
    }
}
