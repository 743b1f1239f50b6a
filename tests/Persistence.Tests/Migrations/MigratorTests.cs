using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Testing;
using Dapper;

namespace AudioOrleans.Persistence.Tests.Migrations;

public sealed class MigratorTests : IAsyncLifetime
{
    private static readonly Migration First = new(1, "first", "CREATE TABLE one (id int);");
    private static readonly Migration Second = new(2, "second", "INSERT INTO one VALUES (2); SELECT pg_sleep(0.2);");

    private AudioDatabase Database { get; set; } = null!;

    public async Task InitializeAsync() => Database = new AudioDatabase(await PostgresServer.NewDatabaseAsync());

    public async Task DisposeAsync() => await Database.DisposeAsync();

    [Fact]
    public async Task The_migrations_of_this_program_are_applied_once()
    {
        Assert.NotEmpty(Migration.All);
        Assert.Equal("engine", Migration.All[0].Name);
        Assert.Equal(Migration.All.Count, await new Migrator(Database).ApplyAsync());
        Assert.Equal(0, await new Migrator(Database).ApplyAsync());
    }

    [Fact]
    public async Task Eight_processes_at_once_apply_each_migration_once()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Migrate(First, Second)));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 2], applied.Order());
        Assert.Equal(1, await CountAsync("one"));
        Assert.Equal(2, await CountAsync("schema_migrations"));
    }

    [Fact]
    public async Task A_changed_migration_is_refused()
    {
        await Migrate(First);
        await Migrate(First with { Sql = First.Sql });
        var error = await Assert.ThrowsAsync<MigrationException>(() => Migrate(new Migration(1, "first", First.Sql + " "), Second));
        Assert.Contains("0001_first", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("schema_migrations"));
    }

    [Fact]
    public async Task Different_line_endings_are_not_a_change()
    {
        var text = "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n";
        await Migrate(new Migration(1, "tables", text));
        Assert.Equal(0, await Migrate(new Migration(1, "tables", text.ReplaceLineEndings("\r\n"))));
    }

    [Fact]
    public async Task A_database_newer_than_the_program_is_refused()
    {
        await Migrate(First, Second);
        var error = await Assert.ThrowsAsync<MigrationException>(() => Migrate(First));
        Assert.Contains("0002_second", error.Message, StringComparison.Ordinal);
        Assert.Contains("newest is 0001", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_migration_with_an_old_or_a_repeated_number_is_refused()
    {
        await Migrate(First, new Migration(3, "third", "SELECT 1"));
        var late = await Assert.ThrowsAsync<MigrationException>(() => Migrate(First, Second, new Migration(3, "third", "SELECT 1")));
        Assert.Contains("0002_second", late.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<MigrationException>(() => Migrate(First, new Migration(1, "again", "SELECT 1")));
    }

    [Fact]
    public async Task A_migration_that_fails_rolls_back_all_migrations()
    {
        var error = await Assert.ThrowsAsync<MigrationException>(
            () => Migrate(First, new Migration(2, "broken", "CREATE TABLE two (id int); SELECT 1/0;")));
        Assert.Contains("0002_broken", error.Message, StringComparison.Ordinal);
        Assert.Contains("division by zero", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, await Database.RunAsync(connection => connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")));
        Assert.Equal(2, await Migrate(First, Second));
    }

    private Task<int> Migrate(params Migration[] migrations) => new Migrator(Database, migrations).ApplyAsync();

    private Task<long> CountAsync(string table) =>
        Database.RunAsync(connection => connection.ExecuteScalarAsync<long>($"SELECT count(*) FROM {table}"));
}
