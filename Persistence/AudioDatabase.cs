using System.Data.Common;
using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence;

/// <summary>
/// The single database. All SQL runs through it, so that failures are classified in one place: see <see cref="DatabaseUnavailableException"/>,
/// <see cref="DuplicateKeyException"/> and <see cref="ReferencedRowException"/>; all other Npgsql exceptions pass through unchanged.
/// </summary>
public sealed class AudioDatabase : IAsyncDisposable
{
    static AudioDatabase() => DefaultTypeMap.MatchNamesWithUnderscores = true;

    /// <summary>Does not connect yet: a database that is down at startup is no error until the first query.</summary>
    /// <param name="connectionString">In Npgsql's format. The default timeouts are 5 s to connect and 20 s for a command.</param>
    public AudioDatabase(string connectionString)
    {
        // Read untyped, since only this distinguishes a default from an explicit value.
        var given = new DbConnectionStringBuilder { ConnectionString = connectionString };
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        if (!given.ContainsKey("Timeout"))
            builder.Timeout = 5;
        if (!given.ContainsKey("Command Timeout") && !given.ContainsKey("CommandTimeout"))
            builder.CommandTimeout = 20;
        DataSource = NpgsqlDataSource.Create(builder);
    }

    /// <summary>The connection pool, for work that does not fit the methods here; its failures are not mapped.</summary>
    public NpgsqlDataSource DataSource { get; }

    /// <summary>Runs work on a pooled connection.</summary>
    /// <exception cref="DatabaseUnavailableException">The database cannot be reached or is overloaded.</exception>
    /// <exception cref="DuplicateKeyException">A row with that unique key exists.</exception>
    public Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken = default) =>
        MapAsync(
            async () =>
            {
                await using var connection = await DataSource.OpenConnectionAsync(cancellationToken);
                return await work(connection);
            },
            cancellationToken);

    /// <inheritdoc cref="RunAsync{T}" />
    public Task RunAsync(Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken = default) =>
        RunAsync<object?>(
            async connection =>
            {
                await work(connection);
                return null;
            },
            cancellationToken);

    /// <summary>Runs work in a transaction that commits if the work returns and rolls back if it throws.</summary>
    /// <exception cref="DatabaseUnavailableException">
    /// The database cannot be reached or is overloaded. If the connection broke during the commit, the work may have been committed.
    /// </exception>
    /// <exception cref="DuplicateKeyException">A row with that unique key exists.</exception>
    public Task<T> InTransactionAsync<T>(Func<NpgsqlTransaction, Task<T>> work, CancellationToken cancellationToken = default) =>
        RunAsync(
            async connection =>
            {
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                var result = await work(transaction);
                await transaction.CommitAsync(cancellationToken);
                return result;
            },
            cancellationToken);

    /// <inheritdoc cref="InTransactionAsync{T}" />
    public Task InTransactionAsync(Func<NpgsqlTransaction, Task> work, CancellationToken cancellationToken = default) =>
        InTransactionAsync<object?>(
            async transaction =>
            {
                await work(transaction);
                return null;
            },
            cancellationToken);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => DataSource.DisposeAsync();

    private static async Task<T> MapAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        catch (NpgsqlException error) when (!cancellationToken.IsCancellationRequested && DatabaseErrors.Map(error) is { } mapped)
        {
            throw mapped;
        }
    }
}
