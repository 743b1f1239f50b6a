using System.Globalization;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Standalone.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AudioOrleans.Testing;

/// <summary>
/// A real PostgreSQL for tests. Most tests use their own database on a shared server; tests that stop or kill the server
/// start their own.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(StartSharedAsync);
    private static int s_databases;
    private readonly TestFolder _folder;
    private readonly PrivatePostgres _postgres;

    private PostgresServer(bool durable)
    {
        _folder = new TestFolder("postgres");
        // The server runs as another user when we are root.
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherExecute);
        var options = new PrivatePostgresOptions { Folder = _folder["database"], Durable = durable };
        _postgres = new PrivatePostgres(options, TimeProvider.System, NullLogger<PrivatePostgres>.Instance);
    }

    /// <summary>How to connect to the database "audio"; the same after a restart.</summary>
    public string ConnectionString => _postgres.ConnectionString;

    /// <summary>The server of this test process; it ends with it. Not durable, so that it is fast.</summary>
    public static Task<PostgresServer> SharedAsync() => SharedServer.Value;

    /// <summary>A fresh, empty database on the shared server; returns how to connect to it.</summary>
    public static async Task<string> NewDatabaseAsync() => await (await SharedAsync()).CreateDatabaseAsync();

    /// <summary>Starts a separate server, which a test may stop, kill and start again.</summary>
    public static async Task<PostgresServer> StartOwnAsync(bool durable = false)
    {
        var server = new PostgresServer(durable);
        await server.StartAsync();
        return server;
    }

    /// <summary>A fresh, empty database on this server; returns how to connect to it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "test_" + Interlocked.Increment(ref s_databases).ToString(CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
    }

    /// <summary>Starts it with its old data.</summary>
    public Task StartAsync() => _postgres.StartAsync();

    /// <summary>A fast shutdown.</summary>
    public Task StopAsync() => _postgres.StopAsync();

    /// <summary>Kills the server process as kill -9 does, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        var exited = _postgres.Exited;
        Signals.Send(_postgres.ProcessId!.Value, Signal.Kill);
        await Eventually.Ends(exited, TimeSpan.FromSeconds(10), "a killed server is gone");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _postgres.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<PostgresServer> StartSharedAsync()
    {
        var server = await StartOwnAsync();
        // The kernel ends the server with this process, even after kill -9. A shell removes its folder: it waits until we close its
        // input, and ignores the signal that it gets when this process ends.
        const string Script = "trap '' INT; cat; for i in 1 2 3 4 5 6 7 8 9; do sleep 0.3; rm -rf \"$1\" && break; done";
        var remover = new ProcessCommand("sh", "-c", Script, "sh", server._folder.Path) { DeathSignal = DeathSignal.Interrupt };
        ChildProcess.Start(remover, TimeProvider.System);
        return server;
    }
}
