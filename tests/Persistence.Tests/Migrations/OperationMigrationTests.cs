using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Persistence.Operations;
using AudioOrleans.Testing;
using Dapper;

namespace AudioOrleans.Persistence.Tests.Migrations;

public sealed class OperationMigrationTests
{
    [Fact]
    public async Task Valid_idempotency_keys_and_operations_are_moved_into_one_table()
    {
        await using var database = new AudioDatabase(await PostgresServer.NewDatabaseAsync());
        await new Migrator(database, [.. Migration.All.TakeWhile(migration => migration.Version < 18)]).ApplyAsync();
        var (first, second, attempt) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await database.RunAsync(connection => connection.ExecuteAsync(
            """
            insert into idempotency_keys values
                ('account/one', 'done', 'same', @first, 1, now(), 'sealed', now() + interval '3 days'),
                ('account/one', 'cut off', 'same', @second, 2, now() - interval '1 second', null, now() + interval '1 hour'),
                ('account/one', 'old', 'same', gen_random_uuid(), 1, now(), 'sealed', now());
            insert into operations values (@second, 'stream/stream/1', 'IStreamGrain.Register', @attempt, 'sealed in another format', now() - interval '1 hour');
            """,
            new { first, second, attempt }));
        Assert.True(await new Migrator(database).ApplyAsync() > 0);

        var table = new OperationTable(database);
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        // The stored response is kept, and its key belongs to one request.
        Assert.Equal((false, first, "sealed"), await BeginAsync("done", "same"));
        Assert.Equal((false, first, "sealed"), await BeginAsync("done", "another"));
        // Interrupted work continues under the same operation.
        Assert.Equal((true, second, null), await BeginAsync("cut off", "same"));
        Assert.True((await BeginAsync("old", "another")).Taken);

        // A finished operation is kept as long as any key is valid. Its attempt is known, its response is not.
        var done = OperationRow.OfGrain(second, "stream/stream/1", "IStreamGrain.Register", Guid.NewGuid(), now);
        Assert.False(await database.InTransactionAsync(transaction => OperationTable.EnterAsync(transaction, done, CancellationToken.None)));
        var moved = (await table.FindAsync(done, CancellationToken.None))!;
        Assert.Equal((attempt, null), (moved.Attempt, moved.SealedAnswer));
        Assert.InRange(moved.ExpiresAt, now.AddDays(2), now.AddDays(4));

        async Task<(bool Taken, Guid OperationId, string? Answer)> BeginAsync(string key, string fingerprint)
        {
            var requested = new OperationRow("account/one", key, Guid.NewGuid(), Guid.NewGuid(), fingerprint, now.AddMinutes(1), null, now.AddDays(1));
            var (taken, row) = await table.BeginAsync(requested, now, CancellationToken.None);
            return (taken, row.OperationId, row.SealedAnswer);
        }
    }
}
