using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>Puts the object store into a host.</summary>
public static class ObjectStoreRegistration
{
    /// <summary>Adds the <see cref="IObjectStore"/>; section <c>Objects</c>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The settings.</param>
    /// <param name="dataFolder">The platform's data folder. What is on its way into a bucket waits there too.</param>
    /// <exception cref="InvalidOperationException">A setting is wrong; the message names it.</exception>
    public static IServiceCollection AddObjectStore(this IServiceCollection services, IConfiguration configuration, string dataFolder)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentException.ThrowIfNullOrWhiteSpace(dataFolder);
        var options = (configuration.GetSection("Objects").Get<ObjectStoreOptions>() ?? new ObjectStoreOptions()).Validate();
        services.TryAddSingleton(TimeProvider.System);
        return options.Kind == ObjectStoreOptions.Bucket
            ? services.AddSingleton<IObjectStore>(provider =>
                new S3ObjectStore(options.S3, Path.Combine(dataFolder, "spool"), provider.GetRequiredService<TimeProvider>()))
            : services.AddSingleton<IObjectStore>(provider =>
                new DiskObjectStore(options.Folder ?? Path.Combine(dataFolder, "objects"), provider.GetRequiredService<TimeProvider>()));
    }
}
