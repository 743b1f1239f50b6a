using AudioOrleans.Testing;
using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Tests;

public sealed class AudioDatabaseTests(TestDatabase test) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_duplicate_key_names_its_constraint()
    {
        await test.Database.RunAsync(connection => connection.ExecuteAsync("CREATE TABLE names (name text CONSTRAINT one_name UNIQUE)"));
        await test.Database.RunAsync(Insert);
        var error = await Assert.ThrowsAsync<DuplicateKeyException>(() => test.Database.RunAsync(Insert));
        Assert.Equal("one_name", error.ConstraintName);

        static Task Insert(NpgsqlConnection connection) => connection.ExecuteAsync("INSERT INTO names VALUES ('a')");
    }

    [Fact]
    public async Task A_mistake_in_the_sql_is_not_an_outage()
    {
        var error = await Assert.ThrowsAsync<PostgresException>(
            () => test.Database.RunAsync(connection => connection.ExecuteAsync("SELEC 1")));
        Assert.Equal(PostgresErrorCodes.SyntaxError, error.SqlState);
    }

    [Fact]
    public async Task A_transaction_that_throws_is_rolled_back()
    {
        await test.Database.RunAsync(connection => connection.ExecuteAsync("CREATE TABLE things (name text)"));
        await Assert.ThrowsAsync<InvalidDataException>(() => test.Database.InTransactionAsync(async transaction =>
        {
            await transaction.Connection!.ExecuteAsync("INSERT INTO things VALUES ('a')", transaction: transaction);
            throw new InvalidDataException();
        }));
        Assert.Equal(0, await CountAsync());
        await test.Database.InTransactionAsync(
            transaction => transaction.Connection!.ExecuteAsync("INSERT INTO things VALUES ('a')", transaction: transaction));
        Assert.Equal(1, await CountAsync());

        Task<long> CountAsync() => test.Database.RunAsync(connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM things"));
    }

    [Fact]
    public async Task A_server_that_refuses_or_does_not_exist_is_unavailable()
    {
        await using var refused = new AudioDatabase($"Host=127.0.0.1;Port={FreePort.Next()};Username=nobody");
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => refused.RunAsync(connection => connection.ExecuteAsync("SELECT 1")));
        await using var absent = new AudioDatabase("Host=/nonexistent;Username=nobody");
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => absent.RunAsync(connection => connection.ExecuteAsync("SELECT 1")));
    }

    [Theory]
    [InlineData("SET statement_timeout = '50ms'; SELECT pg_sleep(60)")]
    [InlineData("SELECT pg_terminate_backend(pg_backend_pid())")]
    public async Task A_command_that_the_server_aborts_is_an_outage(string sql) =>
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => test.Database.RunAsync(connection => connection.ExecuteAsync(sql)));

    [Fact]
    public async Task A_command_that_takes_too_long_is_an_outage()
    {
        await using var impatient = new AudioDatabase(test.ConnectionString + ";Command Timeout=1");
        await Assert.ThrowsAsync<DatabaseUnavailableException>(
            () => impatient.RunAsync(connection => connection.ExecuteAsync("SELECT pg_sleep(60)")));
    }

    [Fact]
    public async Task A_pool_without_a_free_connection_is_an_outage()
    {
        await using var small = new AudioDatabase(test.ConnectionString + ";Maximum Pool Size=1;Timeout=1");
        await small.RunAsync(_ => Assert.ThrowsAsync<DatabaseUnavailableException>(
            () => small.RunAsync(connection => connection.ExecuteAsync("SELECT 1"))));
    }

    [Fact]
    public async Task A_server_without_a_free_connection_is_an_outage()
    {
        await using var role = new AudioDatabase(test.ConnectionString);
        await role.RunAsync(connection => connection.ExecuteAsync("CREATE ROLE crowded LOGIN CONNECTION LIMIT 1"));
        await using var first = new AudioDatabase(test.ConnectionString + ";Username=crowded");
        await using var second = new AudioDatabase(test.ConnectionString + ";Username=crowded;Application Name=second");
        await first.RunAsync(_ => Assert.ThrowsAsync<DatabaseUnavailableException>(
            () => second.RunAsync(connection => connection.ExecuteAsync("SELECT 1"))));
    }

    [Fact]
    public async Task A_caller_that_cancels_sees_a_cancellation()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = test.Database.RunAsync(
            connection => connection.ExecuteAsync(new CommandDefinition("SELECT pg_sleep(60)", cancellationToken: cancel.Token)),
            cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Eventually.Ends(waiting, TimeSpan.FromSeconds(10), "a cancelled command ends"));
    }
}
