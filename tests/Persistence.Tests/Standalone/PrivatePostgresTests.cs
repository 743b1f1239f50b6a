using System.Collections.Concurrent;
using System.Globalization;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Standalone.Postgres;
using AudioOrleans.Testing;
using Dapper;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace AudioOrleans.Persistence.Tests.Standalone;

[Trait("Speed", "slow")]
public sealed class PrivatePostgresTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly TestFolder _folder = new("private");

    public PrivatePostgresTests() =>
        File.SetUnixFileMode(_folder.Path, File.GetUnixFileMode(_folder.Path) | UnixFileMode.OtherExecute);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_durable_server_starts_stops_in_time_and_keeps_its_data()
    {
        await using var postgres = New(_folder["database"], durable: true);
        await postgres.StartAsync();
        foreach (var setting in new[] { "fsync", "synchronous_commit", "full_page_writes" })
            Assert.Equal("on", await QueryAsync<string>(postgres, $"SELECT current_setting('{setting}')"));
        Assert.Equal("UTF8 C", await QueryAsync<string>(
            postgres, "SELECT pg_encoding_to_char(encoding) || ' ' || datcollate FROM pg_database WHERE datname = 'audio'"));
        await QueryAsync<int>(postgres, "CREATE TABLE kept AS SELECT 42 AS value");
        var connectionString = postgres.ConnectionString;

        var start = TimeProvider.System.GetTimestamp();
        await postgres.StopAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => QueryAsync<int>(postgres, "SELECT 1"));

        await postgres.StartAsync();
        Assert.Equal(connectionString, postgres.ConnectionString);
        Assert.Equal(42, await QueryAsync<int>(postgres, "SELECT value FROM kept"));
    }

    [Fact]
    public async Task Other_users_cannot_open_its_folder()
    {
        await using var postgres = New(_folder["database"]);
        await postgres.StartAsync();
        var owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Assert.Equal(owner, File.GetUnixFileMode(_folder["database/cluster"]));
        Assert.Equal(owner, File.GetUnixFileMode(_folder["database/socket"]));
        Assert.Equal("", await QueryAsync<string>(postgres, "SELECT current_setting('listen_addresses')"));
    }

    [Fact]
    public async Task It_starts_again_after_the_server_was_killed()
    {
        await using var postgres = New(_folder["database"], durable: true);
        await postgres.StartAsync();
        await QueryAsync<int>(postgres, "CREATE TABLE kept AS SELECT 43 AS value");
        Signals.Send(postgres.ProcessId!.Value, Signal.Kill);
        var exit = await Eventually.Ends(postgres.Exited, Deadline, "the server is dead");
        Assert.Equal(9, exit.Signal);
        Assert.True(File.Exists(_folder["database/cluster/postmaster.pid"]), "the kill left the server's files behind");

        await postgres.StartAsync();
        Assert.Equal(43, await QueryAsync<int>(postgres, "SELECT value FROM kept"));
    }

    [Fact]
    public async Task A_stale_pid_file_with_the_id_of_a_running_process_does_not_prevent_the_start()
    {
        await using var postgres = New(_folder["database"]);
        await postgres.StartAsync();
        await postgres.StopAsync();
        // A process of the same user that is not a server, with the id from the old server's file.
        var sleep = new ProcessCommand("sleep", "600") { RunAsUser = Environment.IsPrivilegedProcess ? "postgres" : null };
        await using var other = ChildProcess.Start(sleep, TimeProvider.System);
        await File.WriteAllTextAsync(
            _folder["database/cluster/postmaster.pid"],
            string.Create(CultureInfo.InvariantCulture, $"{other.Id}\n{_folder["database/cluster"]}\n1700000000\n5432\n\n\n\n\n"));
        await postgres.StartAsync();
        Assert.Equal(1, await QueryAsync<int>(postgres, "SELECT 1"));
        Assert.False(other.Exited.IsCompleted, "the other process was left alone");
    }

    [Fact]
    public async Task A_server_that_outlived_its_owner_is_shut_down_first()
    {
        await using var first = New(_folder["database"]);
        await first.StartAsync();
        await QueryAsync<int>(first, "CREATE TABLE kept AS SELECT 44 AS value");
        await first.StopAsync();

        // The same command line as ours, but without a parent that would stop it.
        var cluster = _folder["database/cluster"];
        var binaries = await PostgresBinaries.FindAsync(null, TimeProvider.System, CancellationToken.None);
        var command = new ProcessCommand(binaries.Postgres, "-D", cluster, "-c", "listen_addresses=", "-k", _folder["database/socket"])
        {
            RunAsUser = Environment.IsPrivilegedProcess ? "postgres" : null,
            WorkingDirectory = "/",
        };
        await using var orphan = ChildProcess.Start(command, TimeProvider.System);
        await Eventually.That(
            () => orphan.ErrorTail.Any(line => line.Contains("ready to accept", StringComparison.Ordinal)), Deadline, "the orphan runs");

        await using var second = New(_folder["database"]);
        await second.StartAsync();
        var exit = await Eventually.Ends(orphan.Exited, Deadline, "the orphan was asked to stop");
        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(44, await QueryAsync<int>(second, "SELECT value FROM kept"));
    }

    [Fact]
    public async Task It_starts_again_after_its_owner_was_killed()
    {
        var program = new ProcessCommand("dotnet", "exec", typeof(OwnerProgram).Assembly.Location, "own", _folder["database"]);
        await using var owner = ChildProcess.Start(program with { ReadsOutput = true }, TimeProvider.System);
        using var reader = new StreamReader(owner.StandardOutput);
        var server = int.Parse((await reader.ReadLineAsync().WaitAsync(Deadline))!, CultureInfo.InvariantCulture);
        var log = new LineLogger();
        await using var next = new PrivatePostgres(new PrivatePostgresOptions { Folder = _folder["database"] }, TimeProvider.System, log);
        Assert.Equal(45, await QueryAsync<int>(next, "SELECT value FROM kept"));

        Signals.Send(owner.Id, Signal.Kill);
        await owner.Exited;
        await next.StartAsync();
        Assert.NotEqual(server, next.ProcessId);
        Assert.False(LiveProcess.Exists(server), "the old server ended before the new one started");
        Assert.Equal(45, await QueryAsync<int>(next, "SELECT value FROM kept"));
        Assert.Contains(log.Lines, line => line.Contains("database system was shut down at", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => line.Contains("not properly shut down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_one_process_can_use_a_folder()
    {
        await using var first = New(_folder["database"]);
        await first.StartAsync();
        await using var second = New(_folder["database"]);
        var error = await Assert.ThrowsAsync<PrivatePostgresException>(() => second.StartAsync());
        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await QueryAsync<int>(first, "SELECT 1"));
    }

    [Fact]
    public async Task A_path_too_long_for_a_socket_works()
    {
        var deep = _folder[string.Join('/', Enumerable.Repeat("a-rather-long-name", 8))];
        await using var postgres = New(deep);
        await postgres.StartAsync();
        Assert.Equal(1, await QueryAsync<int>(postgres, "SELECT 1"));
        var sockets = new NpgsqlConnectionStringBuilder(postgres.ConnectionString).Host!;
        await postgres.DisposeAsync();
        Assert.False(Directory.Exists(sockets), "nothing is left outside the folder");
    }

    [Fact]
    public async Task A_folder_that_the_server_cannot_reach_is_named()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return; // Only root gives the folder to another user.
        }

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var closed = Directory.CreateDirectory(_folder["closed"], Owner);
        await using var postgres = New(Path.Combine(closed.FullName, "below", "database"));
        var error = await Assert.ThrowsAsync<PrivatePostgresException>(() => postgres.StartAsync());
        Assert.Contains($"chmod o+x {closed.FullName}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith(closed.FullName, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_start_leaves_no_incomplete_cluster()
    {
        Directory.CreateDirectory(_folder["database/cluster.new/base"]);
        await File.WriteAllTextAsync(_folder["database/cluster.new/PG_VERSION"], "15\n");
        await using var postgres = New(_folder["database"]);
        await postgres.StartAsync();
        Assert.Equal(1, await QueryAsync<int>(postgres, "SELECT 1"));
        Assert.False(Directory.Exists(_folder["database/cluster.new"]));
    }

    [Fact]
    public async Task The_error_for_missing_programs_names_the_package()
    {
        var none = await Assert.ThrowsAsync<PrivatePostgresException>(
            () => PostgresBinaries.FindAsync(null, TimeProvider.System, CancellationToken.None, _folder["none"], path: "/bin-of-nobody"));
        Assert.Contains("apt-get install postgresql", none.Message, StringComparison.Ordinal);
        var other = await Assert.ThrowsAsync<PrivatePostgresException>(
            () => PostgresBinaries.FindAsync(14, TimeProvider.System, CancellationToken.None));
        Assert.Contains("postgresql-14", other.Message, StringComparison.Ordinal);
    }

    private static PrivatePostgres New(string folder, bool durable = false) => new(
        new PrivatePostgresOptions { Folder = folder, Durable = durable }, TimeProvider.System, NullLogger<PrivatePostgres>.Instance);

    private static async Task<T> QueryAsync<T>(PrivatePostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString + ";Pooling=false");
        return (await connection.QueryAsync<T>(sql)).FirstOrDefault()!;
    }

    private sealed class LineLogger : ILogger<PrivatePostgres>
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
