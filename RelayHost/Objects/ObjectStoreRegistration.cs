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

/// <summary>Where objects are stored. Section <c>Objects</c>.</summary>
public sealed record ObjectStoreOptions : IValidatedOptions
{
    /// <summary>The kind that stores objects in a folder.</summary>
    public const string Disk = "disk";

    /// <summary>The kind that stores objects in a bucket.</summary>
    public const string Bucket = "s3";

    /// <inheritdoc/>
    public static string Section => "Objects";

    /// <summary><c>disk</c> or <c>s3</c>; <c>Objects__Kind</c>.</summary>
    public string Kind { get; init; } = Disk;

    /// <summary>The folder; <c>Objects__Folder</c>. Null: <c>objects</c> in the data folder. Silos on several machines need a shared one.</summary>
    public string? Folder { get; init; }

    /// <summary>The bucket, where the kind is <c>s3</c>.</summary>
    public S3StoreOptions S3 { get; init; } = new();

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(Kind is Disk or Bucket, nameof(Kind), $"{Disk} or {Bucket}");
        problems.Require(Kind != Disk || Folder is null || !string.IsNullOrWhiteSpace(Folder), nameof(Folder), "the path of a folder");
        if (Kind == Bucket)
            S3.Check(problems.In(nameof(S3)));
    }
}
