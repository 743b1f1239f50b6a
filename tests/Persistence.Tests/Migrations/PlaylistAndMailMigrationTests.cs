using System.Security.Cryptography;
using System.Text;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Persistence.Playlists;
using AudioOrleans.Testing;
using Dapper;

namespace AudioOrleans.Persistence.Tests.Migrations;

public sealed class PlaylistAndMailMigrationTests
{
    [Fact]
    public async Task The_playlists_that_use_an_address_are_found_after_the_upgrade()
    {
        await using var database = await DatabaseBeforeAsync(16);
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        const string url = "https://radio.example.org/ä.mp3";
        foreach (var (id, tracks) in new[] { (one, $$"""[{"url": "{{url}}"}, {"url": "{{url}}"}, {"upload_id": "{{Guid.NewGuid()}}"}]"""), (two, "[]") })
        {
            await database.RunAsync(connection => connection.ExecuteAsync(
                """
                insert into playlists values (@id, @id, 'Title', '', 'public', false, 1, 0, now(), now(), 1);
                insert into grain_state (grain_type, grain_key, state_name, state)
                values ('playlist', 'playlist/' || @id, 'playlist', jsonb_build_object('tracks', @tracks::jsonb));
                """,
                new { id, tracks }));
        }
        Assert.True(await new Migrator(database).ApplyAsync() > 0);
        var key = $"outside/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)))}";
        Assert.Equal([one], await new PlaylistTables(database).ListUsingAsync(key, Guid.Empty, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Queued_mails_become_jobs_with_the_same_due_times()
    {
        await using var database = await DatabaseBeforeAsync(17);
        var (due, later) = (Guid.NewGuid(), Guid.NewGuid());
        await database.RunAsync(connection => connection.ExecuteAsync(
            """
            insert into mail_outbox (mail_id, sealed_mail, due_at, expires_at, attempts) values
                (@due, 'sealed', now() - interval '1 minute', now() + interval '1 hour', 3),
                (@later, 'sealed', now() + interval '1 hour', now() + interval '1 day', 1);
            """,
            new { due, later }));
        Assert.True(await new Migrator(database).ApplyAsync() > 0);
        var taken = await new JobTable(database, new JobOptions(), TimeProvider.System).TakeAsync("worker", ["mail.send"], 10, CancellationToken.None);
        var job = Assert.Single(taken.Leases).Job;
        Assert.Equal((due, "mail"), (job.JobId, job.Queue));
        Assert.Contains("\"sealed_mail\" : \"sealed\"", job.Payload, StringComparison.Ordinal);
        Assert.InRange(taken.NextAt!.Value, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(50), TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(61));
    }

    private static async Task<AudioDatabase> DatabaseBeforeAsync(int version)
    {
        var database = new AudioDatabase(await PostgresServer.NewDatabaseAsync());
        await new Migrator(database, [.. Migration.All.TakeWhile(migration => migration.Version < version)]).ApplyAsync();
        return database;
    }
}
