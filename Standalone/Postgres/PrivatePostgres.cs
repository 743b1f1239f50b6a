using System.Globalization;
using AudioOrleans.RelayHost.Processes;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace AudioOrleans.Standalone.Postgres;

/// <summary>
/// A private PostgreSQL under the data folder, so that a single machine needs no set-up. It listens on a Unix socket that only its owner
/// (and root) can open, runs as our child process and stops with us: if we are killed, the kernel signals it to shut down fast.
/// It can be started again on the same folder after any kind of exit, with the same connection string.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private const string Database = "audio";
    private readonly PrivatePostgresOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly PostgresFolder _folder;
    private FileStream? _lock;
    private ChildProcess? _server;

    /// <summary>Configures it; nothing is started or written yet.</summary>
    public PrivatePostgres(PrivatePostgresOptions options, TimeProvider time, ILogger<PrivatePostgres> logger)
    {
        (_options, _time, _logger) = (options, time, logger);
        _folder = new PostgresFolder(options.Folder, time);
    }

    /// <summary>The connection string, for the owner of the database "audio".</summary>
    public string ConnectionString => ConnectionTo(Database);

    /// <summary>The server's process id, or null while it is stopped.</summary>
    public int? ProcessId => _server?.Id;

    /// <summary>Completes when the last started server exits, whether or not it was asked to.</summary>
    /// <exception cref="InvalidOperationException">It was never started, or was stopped.</exception>
    public Task<ProcessExit> Exited => _server?.Exited ?? throw new InvalidOperationException("PostgreSQL has not been started.");

    /// <summary>Creates the cluster if there is none, starts the server and waits until it accepts connections: about a second.</summary>
    /// <exception cref="PrivatePostgresException">The server cannot start; the message says why and what to do.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_server is { Exited.IsCompleted: false })
            throw new InvalidOperationException("PostgreSQL is already running.");
        await StopAsync(cancellationToken);
        try
        {
            _lock = await _folder.OpenAsync(cancellationToken);
            var binaries = await PostgresBinaries.FindAsync(_folder.ClusterVersion, _time, cancellationToken);
            if (_folder.ClusterVersion is null)
                await _folder.InitializeAsync(binaries, _options.Durable, cancellationToken);
            await _folder.ClearLeftoversAsync(binaries, _options.StartTimeout, cancellationToken);
            _server = await ChildProcess.StartAsync(Command(binaries), _time);
            await WaitUntilReadyAsync(_server, cancellationToken);
        }
        catch (Exception error)
        {
            await StopAsync(CancellationToken.None);
            if (error is ProcessException)
                throw new PrivatePostgresException($"PostgreSQL could not be set up in {_options.Folder}. {error.Message}", error);
            throw;
        }
    }

    /// <summary>A fast shutdown, forced after 4.5 seconds; committed data is safe either way.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_server is not null)
        {
            await _server.StopAsync(cancellationToken);
            await _server.DisposeAsync();
            _server = null;
        }

        if (_lock is not null)
        {
            await _lock.DisposeAsync();
            _lock = null;
        }
    }

    /// <summary>Stops the server and removes its files outside its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Close();
    }

    private ProcessCommand Command(PostgresBinaries binaries)
    {
        var durable = _options.Durable ? "on" : "off";
        string[] settings =
        [
            "listen_addresses=", $"unix_socket_directories={_folder.Sockets}", "unix_socket_permissions=0700", "port=5432",
            $"max_connections={_options.MaxConnections.ToString(CultureInfo.InvariantCulture)}",
            $"fsync={durable}", $"synchronous_commit={durable}", $"full_page_writes={durable}",
            "timezone=UTC", "log_timezone=UTC", "log_destination=stderr", "logging_collector=off",
        ];
        return new ProcessCommand(binaries.Postgres, ["-D", _folder.Cluster, .. settings.SelectMany(setting => new[] { "-c", setting })])
        {
            RunAsUser = _folder.User,
            WorkingDirectory = "/",
            DeathSignal = DeathSignal.Interrupt,
            GracePeriod = TimeSpan.FromSeconds(4.5),
            OnErrorLine = line => _logger.LogDebug("PostgreSQL: {Line}", line),
        };
    }

    private async Task WaitUntilReadyAsync(ChildProcess server, CancellationToken cancellationToken)
    {
        var start = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await CreateDatabaseAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException notYet) when (notYet is not PostgresException || notYet.IsTransient)
            {
                if (server.Exited.IsCompleted)
                {
                    var exit = await server.Exited;
                    throw new PrivatePostgresException(
                        $"PostgreSQL ended with exit code {exit.ExitCode} while it was starting: {string.Join(" | ", exit.ErrorTail)}", notYet);
                }

                if (_time.GetElapsedTime(start) > _options.StartTimeout)
                {
                    var limit = $"{_options.StartTimeout.TotalSeconds:0} s";
                    throw new PrivatePostgresException(
                        $"PostgreSQL was not ready within {limit}: {string.Join(" | ", server.ErrorTail)}", notYet);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken);
        }
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres", pooling: false));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM pg_database WHERE datname = $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = Database } },
        };
        if ((long)(await command.ExecuteScalarAsync(cancellationToken))! == 0)
        {
            await using var create = new NpgsqlCommand($"CREATE DATABASE {Database}", connection);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private string ConnectionTo(string database, bool pooling = true) => new NpgsqlConnectionStringBuilder
    {
        Host = _folder.Sockets,
        Username = PostgresFolder.Role,
        Database = database,
        Pooling = pooling,
        // Leaves some of the server's connections for an operator's psql.
        MaxPoolSize = Math.Max(1, _options.MaxConnections - 20),
        Timeout = 5,
    }.ConnectionString;
}

/// <summary>Options for the private PostgreSQL.</summary>
public sealed record PrivatePostgresOptions
{
    /// <summary>The folder of the cluster, created at first start. If we are root, the user postgres must be able to access it.</summary>
    public required string Folder { get; init; }

    /// <summary>The maximum number of connections.</summary>
    public int MaxConnections { get; init; } = 200;

    /// <summary>
    /// False trades durability for speed (no fsync): for tests only. A crash of the machine then loses the cluster.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>How long a start may take, including crash recovery.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>The private PostgreSQL could not be set up or started; the message says what to do.</summary>
public sealed class PrivatePostgresException(string message, Exception? inner = null) : Exception(message, inner);
