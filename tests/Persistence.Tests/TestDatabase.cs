using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Testing;

namespace AudioOrleans.Persistence.Tests;

/// <summary>A fresh database with the schema of this program, one for each test class.</summary>
public sealed class TestDatabase : IAsyncLifetime
{
    public string ConnectionString { get; private set; } = "";

    public AudioDatabase Database { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        ConnectionString = await PostgresServer.NewDatabaseAsync();
        Database = new AudioDatabase(ConnectionString);
        await new Migrator(Database).ApplyAsync();
    }

    public async Task DisposeAsync() => await Database.DisposeAsync();
}
