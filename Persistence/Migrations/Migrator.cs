using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Migrations;

/// <summary>The database schema does not match this program; the message says what to do.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Updates the schema of a database.</summary>
/// <param name="database">The database.</param>
/// <param name="migrations">The steps, in order.</param>
public sealed class Migrator(AudioDatabase database, IReadOnlyList<Migration> migrations)
{
    // Any number works as long as nothing else in this database uses it as a lock.
    private const long LockKey = 0x617564696f;

    /// <summary>Uses the migrations of this program.</summary>
    public Migrator(AudioDatabase database) : this(database, Migration.All)
    {
    }

    /// <summary>
    /// Applies missing migrations, all in one transaction. Several processes may call this concurrently: one works, the others wait for it.
    /// </summary>
    /// <returns>How many were applied.</returns>
    /// <exception cref="MigrationException">The database is newer than this program, a migration was changed or it failed.</exception>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached.</exception>
    public Task<int> ApplyAsync(CancellationToken cancellationToken = default)
    {
        if (migrations.Zip(migrations.Skip(1)).FirstOrDefault(pair => pair.First.Version >= pair.Second.Version) is ({ }, { } late))
            throw new MigrationException($"The migration {Name(late)} does not have a higher number than the one before it.");
        return database.InTransactionAsync(transaction => ApplyAsync(transaction, cancellationToken), cancellationToken);
    }

    private async Task<int> ApplyAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await ExecuteAsync("SELECT pg_advisory_xact_lock(@LockKey)", new { LockKey });
        await ExecuteAsync(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations (
                version    integer     PRIMARY KEY,
                name       text        NOT NULL,
                checksum   text        NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now()
            )
            """,
            null);
        var applied = (await transaction.Connection!.QueryAsync<(int Version, string Name, string Checksum)>(
            new CommandDefinition(
                "SELECT version, name, checksum FROM schema_migrations ORDER BY version", null, transaction,
                cancellationToken: cancellationToken))).AsList();
        foreach (var (version, name, checksum) in applied)
            Check(version, name, checksum);
        var newest = applied.Count == 0 ? 0 : applied[^1].Version;
        var missing = migrations.Where(migration => applied.TrueForAll(done => done.Version != migration.Version)).ToList();
        foreach (var migration in missing)
        {
            if (migration.Version < newest)
            {
                throw new MigrationException(
                    $"The migration {Name(migration)} is not in the database, which is already at {newest:0000}. Give it a higher number.");
            }

            try
            {
                await ExecuteAsync(migration.Sql, null);
            }
            catch (PostgresException error) when (DatabaseErrors.Map(error) is not DatabaseUnavailableException)
            {
                throw new MigrationException($"The migration {Name(migration)} failed: {error.MessageText}", error);
            }

            await ExecuteAsync(
                "INSERT INTO schema_migrations (version, name, checksum) VALUES (@Version, @Name, @Checksum)",
                new { migration.Version, migration.Name, migration.Checksum });
        }

        return missing.Count;

        // No timeout: a step may take long, and so may the wait for another process that applies it.
        Task ExecuteAsync(string sql, object? parameters) => transaction.Connection!.ExecuteAsync(
            new CommandDefinition(sql, parameters, transaction, commandTimeout: 0, cancellationToken: cancellationToken));
    }

    private void Check(int version, string name, string checksum)
    {
        var known = migrations.FirstOrDefault(migration => migration.Version == version);
        if (known is null)
        {
            var newest = migrations.Count == 0 ? 0 : migrations[^1].Version;
            throw new MigrationException(
                $"The database has the migration {version:0000}_{name}, which this program does not know (its newest is {newest:0000}). "
                + "Run the version of the program that created it, or a newer one.");
        }

        if (known.Checksum != checksum)
        {
            throw new MigrationException(
                $"The migration {Name(known)} is not the one that was applied to the database. Restore its text and add a new migration.");
        }
    }

    private static string Name(Migration migration) => $"{migration.Version:0000}_{migration.Name}";
}
