using AudioOrleans.Silo;
using AudioOrleans.Standalone.Postgres;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Standalone;

/// <summary>
/// The prerequisites of a single machine before the host is built: a data folder, and a database in it unless a connection string names
/// another one. Disposed after the host, so that the database outlives the last write.
/// </summary>
public sealed class StandalonePlatform : IAsyncDisposable
{
    private static readonly TimeSpan RestartPause = TimeSpan.FromSeconds(1);

    private readonly PrivatePostgres? _postgres;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILogger _logger;
    private readonly Task _supervision;

    private StandalonePlatform(PrivatePostgres? postgres, PlatformOptions options, ILogger logger)
    {
        (_postgres, Options, _logger) = (postgres, options, logger);
        _supervision = postgres is null ? Task.CompletedTask : SuperviseAsync(postgres);
    }

    /// <summary>The options for the silo.</summary>
    public PlatformOptions Options { get; }

    /// <summary>Whether the database is a private one in the data folder.</summary>
    public bool HasPrivateDatabase => _postgres is not null;

    /// <summary>Starts the private database if no other one is configured.</summary>
    /// <exception cref="PrivatePostgresException">The private database could not be started; the message says what to do.</exception>
    public static async Task<StandalonePlatform> StartAsync(PlatformOptions options, ILoggerFactory logging, CancellationToken cancellationToken = default)
    {
        PrivatePostgres? postgres = null;
        if (options.ConnectionString.Length == 0)
        {
            var database = new PrivatePostgresOptions { Folder = Path.Combine(options.DataFolder, "postgres") };
            postgres = new PrivatePostgres(database, TimeProvider.System, logging.CreateLogger<PrivatePostgres>());
            await postgres.StartAsync(cancellationToken);
            options = options with { ConnectionString = postgres.ConnectionString };
        }
        return new StandalonePlatform(postgres, options, logging.CreateLogger<StandalonePlatform>());
    }

    /// <summary>Stops the private database, if there is one.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _supervision;
        if (_postgres is not null)
            await _postgres.DisposeAsync();
        _stopping.Dispose();
    }

    /// <summary>Restarts a database that exited unexpectedly; the connection string stays the same.</summary>
    private async Task SuperviseAsync(PrivatePostgres postgres)
    {
        try
        {
            while (true)
            {
                var exit = await postgres.Exited.WaitAsync(_stopping.Token);
                _logger.LogError("The private PostgreSQL ended with {ExitCode}; starting it again", exit.ExitCode);
                while (!await TryStartAsync(postgres))
                    await Task.Delay(RestartPause, TimeProvider.System, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The platform is stopping; DisposeAsync does the rest.
        }
    }

    private async Task<bool> TryStartAsync(PrivatePostgres postgres)
    {
        try
        {
            await postgres.StartAsync(_stopping.Token);
            return true;
        }
        catch (PrivatePostgresException exception)
        {
            _logger.LogError(exception, "The private PostgreSQL could not be started again; still trying");
            return false;
        }
    }
}
