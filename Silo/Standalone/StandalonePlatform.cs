using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Audio.Orleans.Silo.Standalone;

/// <summary>
/// What one machine needs before the host can be built: a data folder, and a database in it unless a connection string names
/// another one. Ends after the host, so that the database outlives the last write.
/// </summary>
public sealed class StandalonePlatform : IAsyncDisposable
{
    private readonly PrivatePostgres? _postgres;

    private StandalonePlatform(PrivatePostgres? postgres, PlatformOptions options) => (_postgres, Options) = (postgres, options);

    /// <summary>What the silo is built with.</summary>
    public PlatformOptions Options { get; }

    /// <summary>Whether the database is a private one in the data folder.</summary>
    public bool HasPrivateDatabase => _postgres is not null;

    /// <summary>Prepares the data folder (setting <c>Data</c>, <c>./data</c> unless told) and starts the private database where one is needed.</summary>
    /// <exception cref="PrivatePostgresException">The private database could not be started; the message says what to do.</exception>
    public static async Task<StandalonePlatform> StartAsync(IConfiguration configuration, ILoggerFactory logging, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var folder = Path.GetFullPath(configuration["Data"] is { Length: > 0 } data ? data : "data");
        Directory.CreateDirectory(folder);
        var connectionString = configuration.GetConnectionString("Audio");
        PrivatePostgres? postgres = null;
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            var options = new PrivatePostgresOptions { Folder = Path.Combine(folder, "postgres") };
            postgres = new PrivatePostgres(options, TimeProvider.System, logging.CreateLogger<PrivatePostgres>());
            await postgres.StartAsync(cancellationToken);
            connectionString = postgres.ConnectionString;
        }
        return new StandalonePlatform(postgres, new PlatformOptions
        {
            DataFolder = folder,
            ConnectionString = connectionString,
            MasterKey = configuration["Secrets:MasterKey"],
        });
    }

    /// <summary>Stops the private database, if there is one.</summary>
    public ValueTask DisposeAsync() => _postgres?.DisposeAsync() ?? ValueTask.CompletedTask;
}
