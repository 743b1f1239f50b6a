using AudioOrleans.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>Registers the object store with a host.</summary>
public static class ObjectStoreRegistration
{
    /// <summary>Adds the <see cref="IObjectStore"/>; section <c>Objects</c>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="dataFolder">The platform's data folder. Content on its way to a bucket is spooled there too.</param>
    public static IServiceCollection AddObjectStore(this IServiceCollection services, IConfiguration configuration, string dataFolder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidatedOptions<ObjectStoreOptions>(configuration);
        return services.AddSingleton<IObjectStore>(provider =>
        {
            var (options, time) = (provider.GetRequiredService<ObjectStoreOptions>(), provider.GetRequiredService<TimeProvider>());
            return options.Kind == ObjectStoreOptions.Bucket
                ? new S3ObjectStore(options.S3, Path.Combine(dataFolder, "spool"), time)
                : new DiskObjectStore(options.Folder ?? Path.Combine(dataFolder, "objects"), time);
        });
    }
}
