using AudioOrleans.Configuration;
using AudioOrleans.Persistence.Audit;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Persistence.Operations;
using AudioOrleans.Persistence.Playlists;
using AudioOrleans.Persistence.Podcasts;
using AudioOrleans.Silo;
using AudioOrleans.Testing;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Persistence.Tests;

public sealed class HousekeepingTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Old_rows_are_deleted_once_an_hour_or_in_a_later_round_after_an_outage()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await using var database = new AudioDatabase(await server.CreateDatabaseAsync());
        await new Migrator(database).ApplyAsync();
        var time = new ManualTimeProvider();
        var now = time.GetUtcNow().UtcDateTime;
        await AddKeyAsync(database, "expired", now);
        await AddKeyAsync(database, "for 90 minutes", now.AddMinutes(90));
        // More than one batch.
        await AddEntriesAsync(database, 2500, now.AddDays(-31));
        await AddEntriesAsync(database, 1, now.AddDays(-30).AddMinutes(90));
        await AddEntriesAsync(database, 1, now);
        await AddOperationAsync(database, now.AddHours(-24).AddMinutes(-1));
        await AddOperationAsync(database, now.AddHours(-24).AddMinutes(90));
        await AddJobAsync(database, now.AddDays(-7).AddMinutes(-1));
        await AddJobAsync(database, now.AddDays(-7).AddMinutes(90));

        using var housekeeping = new Housekeeping(
            new OperationTable(database), new AuditTable(database), new JobTable(database, new JobOptions(), time), new PlaylistTables(database), new DownloadTable(database), new FeedTokenTable(database),
            new AuditOptions { Retention = TimeSpan.FromDays(30) }, time, NullLogger<Housekeeping>.Instance);
        await housekeeping.StartAsync(CancellationToken.None);
        await Eventually.That(async () => await RowsAsync(database) == (1, 2, 1, 1), Soon, "the first round is done");

        // The next round finds no database, and the round after it deletes the rows.
        await server.StopAsync();
        time.Advance(TimeSpan.FromHours(1));
        await server.StartAsync();
        time.Advance(TimeSpan.FromHours(1));
        await Eventually.That(
            async () =>
            {
                if (await RowsAsync(database) == (0, 1, 0, 0))
                    return true;
                time.Advance(TimeSpan.FromMinutes(10)); // The round without a database may have ended only now.
                return false;
            },
            Soon, "a later round is done");
        await housekeeping.StopAsync(CancellationToken.None);
    }

    [Fact]
    public void A_retention_of_zero_is_rejected_with_the_name_of_its_setting()
    {
        var error = Assert.Throws<OptionsValidationException>(() => new AuditOptions { Retention = TimeSpan.Zero }.Validate());
        Assert.Contains("Audit__Retention", error.Message, StringComparison.Ordinal);
    }

    private static Task AddKeyAsync(AudioDatabase database, string key, DateTime expiresAt) => new OperationTable(database).BeginAsync(
        new OperationRow("anonymous", key, Guid.NewGuid(), Guid.NewGuid(), "", expiresAt, null, expiresAt), expiresAt.AddDays(-1), CancellationToken.None);

    private static Task AddEntriesAsync(AudioDatabase database, int count, DateTime at) => database.RunAsync(connection => connection.ExecuteAsync(
        """
        insert into audit_log (entry_id, at, actor_kind, action, resource)
        select gen_random_uuid(), @at, 'account', 'streams.update', 'stream/x' from generate_series(1, @count)
        """,
        new { count, at }));

    private static Task AddOperationAsync(AudioDatabase database, DateTime at) => database.InTransactionAsync(transaction => OperationTable.EnterAsync(
        transaction, OperationRow.OfGrain(Guid.NewGuid(), "stream/x", "Do", Guid.NewGuid(), at.AddHours(24)), CancellationToken.None));

    private static Task AddJobAsync(AudioDatabase database, DateTime finishedAt) => database.RunAsync(connection => connection.ExecuteAsync(
        """
        insert into jobs (job_id, queue, kind, subject, payload, priority, pass, state, ready, max_attempts, run_at, created_at, finished_at)
        values (gen_random_uuid(), 'uploads', 'process', 'upload/x', '[]', 0, 1, 'done', true, 5, @finishedAt, @finishedAt, @finishedAt)
        """,
        new { finishedAt }));

    private static async Task<(long Keys, long Entries, long Operations, long Jobs)> RowsAsync(AudioDatabase database)
    {
        try
        {
            return await database.RunAsync(connection => connection.QuerySingleAsync<(long, long, long, long)>(
                """
                select (select count(*) from operations where fingerprint is not null), (select count(*) from audit_log),
                    (select count(*) from operations where fingerprint is null), (select count(*) from jobs)
                """));
        }
        catch (DatabaseUnavailableException)
        {
            return (-1, -1, -1, -1); // The pool still has connections to the server that was stopped.
        }
    }
}
