using Audio.Orleans.Grains;
using Audio.Orleans.Persistence;
using Audio.Orleans.Persistence.Secrets;
using Audio.Orleans.RelayHost;
using Audio.Orleans.Silo.Health;
using Microsoft.Extensions.Configuration;
using Audio.Orleans.Silo.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Audio.Orleans.Silo;

/// <summary>Composes a silo: the engine, the grains, their storage, and this node's relays.</summary>
public static class SiloHosting
{
#if ENGINE_ORLEANS
    /// <summary>What runs the grains.</summary>
    public const string Engine = "orleans";
#else
    /// <summary>What runs the grains.</summary>
    public const string Engine = "embedded";
#endif

    /// <summary>Adds a silo to a host.</summary>
    public static IHostApplicationBuilder AddAudioSilo(this IHostApplicationBuilder builder, PlatformOptions options)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(options);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(MasterKey.LoadOrCreate(options.MasterKey, options.DataFolder));
        builder.Services.AddSingleton(provider => new SecretBox(provider.GetRequiredService<MasterKey>()));
        builder.Services.AddRelayHost(builder.Configuration);
        builder.Services.AddHealthChecks().AddCheck<DatabaseCheck>("database").AddCheck<SegmenterCheck>("ffmpeg");
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering()
            .Configure<SiloOptions>(names => names.SiloName = Environment.MachineName)
            .AddPostgresPersistence(options.ConnectionString, StorageNames.Audio)
            .AddAudioGrains());
        // After the engine: hosted services start in this order, and there is nothing to wake before the database is migrated.
        builder.Services.AddHostedService<FirstAdmin>();
        builder.Services.AddHostedService<RelayResumer>();
        builder.Services.AddSingleton((builder.Configuration.GetSection("Audit").Get<AuditOptions>() ?? new AuditOptions()).Validate());
        builder.Services.AddHostedService<Housekeeping>();
        builder.Services.AddMailSender();
        return builder;
    }
}
