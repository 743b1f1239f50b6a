using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Persistence.Slugs;
using AudioOrleans.Testing;
using Dapper;
using Microsoft.Extensions.DependencyInjection;

namespace AudioOrleans.Persistence.Tests.Slugs;

public sealed class SlugTableTests
{
    [Fact]
    public async Task A_slug_belongs_to_one_thing_and_former_ones_stay_with_it_until_it_is_deleted()
    {
        await using var database = await NewDatabaseAsync();
        var table = new SlugTable(database);
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        await ApplyAsync(database, new ClaimSlug("podcast", one, "show"));
        await ApplyAsync(database, new ClaimSlug("podcast", one, "other"));
        Assert.Equal(new SlugRow(one, "other"), await FindAsync("show"));
        Assert.Equal(new SlugRow(one, "other"), await FindAsync("other"));
        await Assert.ThrowsAsync<SlugTakenException>(() => ApplyAsync(database, new ClaimSlug("podcast", two, "show")));
        await Assert.ThrowsAsync<SlugTakenException>(() => ApplyAsync(database, new ClaimSlug("podcast", two, "other")));
        Assert.Equal("show-2", await table.FindFreeAsync("podcast", two, "show", CancellationToken.None));
        Assert.Equal("show", await table.FindFreeAsync("podcast", one, "show", CancellationToken.None));
        Assert.Equal("show", await table.FindFreeAsync("stream", two, "show", CancellationToken.None));
        await ApplyAsync(database, new ClaimSlug("stream", two, "show"));
        await ApplyAsync(database, new ClaimSlug("podcast", one, "show"));
        Assert.Equal(new SlugRow(one, "show"), await FindAsync("other"));
        await ApplyAsync(database, new ReleaseSlugs("podcast", one));
        Assert.Null(await FindAsync("show"));
        await ApplyAsync(database, new ClaimSlug("podcast", two, "show"));
        Assert.Equal(new SlugRow(two, "show"), await FindAsync("show"));

        Task<SlugRow?> FindAsync(string slug) => table.FindAsync("podcast", slug, CancellationToken.None);
    }

    [Fact]
    public async Task A_number_after_a_long_slug_fits()
    {
        await using var database = await NewDatabaseAsync();
        var slug = new string('a', 57) + "-bc";
        await ApplyAsync(database, new ClaimSlug("podcast", Guid.NewGuid(), slug));
        Assert.Equal(new string('a', 57) + "-2", await new SlugTable(database).FindFreeAsync("podcast", Guid.NewGuid(), slug, CancellationToken.None));
    }

    [Fact]
    public async Task Of_two_that_claim_a_slug_at_once_the_second_waits_for_the_first_and_is_refused()
    {
        await using var database = await NewDatabaseAsync();
        var (one, two) = (Guid.NewGuid(), Guid.NewGuid());
        Task second = Task.CompletedTask;
        await database.InTransactionAsync(async transaction =>
        {
            await new ClaimSlug("podcast", one, "show").ApplyAsync(WriteOf(transaction));
            second = ApplyAsync(database, new ClaimSlug("podcast", two, "show"));
            await Eventually.That(async () => await WaitersAsync(database) == 1, TimeSpan.FromSeconds(20), "the second waits for the first");
            Assert.False(second.IsCompleted);
        });
        await Assert.ThrowsAsync<SlugTakenException>(() => second);
    }

    [Fact]
    public async Task What_existed_before_gets_the_slug_of_its_title_the_oldest_first()
    {
        await using var database = new AudioDatabase(await PostgresServer.NewDatabaseAsync());
        await new Migrator(database, [.. Migration.All.TakeWhile(migration => migration.Version < 21)]).ApplyAsync();
        var ids = Enumerable.Range(0, 9).Select(_ => Guid.NewGuid()).ToArray();
        string[] titles = ["Größe & Äpfel!", "Groesse apfel", "grosse apfel", "深夜の時間", "Import", "01990c1e-7d5a-7c3e-9b0a-3f6a5a0b1c2d", new string('x', 100), new string('x', 100), "ÆRØ’s Łódź"];
        foreach (var (id, i) in ids.Select((id, i) => (id, i)))
        {
            await database.RunAsync(connection => connection.ExecuteAsync(
                """
                insert into podcasts values (@id, @id, @title, '', 'en', '', 'public', false, 0, now() + make_interval(secs => @i), now());
                insert into grain_state (grain_type, grain_key, state_name, state)
                values ('podcast', 'podcast/' || @id, 'podcast', jsonb_build_object('fields', jsonb_build_object('title', @title::text)));
                insert into streams (stream_id, owner_id, name, genre, description, visibility, monetized, enabled, created_at)
                values (@id, @id, @title, '', '', 'public', false, true, now() + make_interval(secs => @i));
                insert into grain_state (grain_type, grain_key, state_name, state) values ('stream', 'stream/' || @id, 'stream', jsonb_build_object('name', @title::text));
                """,
                new { id, title = titles[i], i }));
        }
        await new Migrator(database).ApplyAsync();
        var table = new SlugTable(database);
        foreach (var (noun, path) in new[] { ("podcast", "{fields,slug}"), ("stream", "{slug}") })
        {
            var slugs = new List<string>();
            foreach (var id in ids)
            {
                slugs.Add(await database.RunAsync(connection => connection.ExecuteScalarAsync<string>(
                    "select state #>> @path::text[] from grain_state where grain_type = @noun and grain_key = @noun || '/' || @id", new { path, noun, id })) ?? "");
                Assert.Equal(new SlugRow(id, slugs[^1]), await table.FindAsync(noun, slugs[^1], CancellationToken.None));
            }
            Assert.Equal(["grosse-apfel", "groesse-apfel", "grosse-apfel-2"], slugs[..3]);
            Assert.Matches("^[a-z0-9]{8}$", slugs[3]);
            Assert.Equal(["import-1", "01990c1e-7d5a-7c3e-9b0a-3f6a5a0b1c2d-1", new string('x', 60), new string('x', 58) + "-2", "aeros-lodz"], slugs[4..]);
        }
    }

    private static async Task<AudioDatabase> NewDatabaseAsync()
    {
        var database = new AudioDatabase(await PostgresServer.NewDatabaseAsync());
        await new Migrator(database).ApplyAsync();
        return database;
    }

    private static Task ApplyAsync(AudioDatabase database, IStateEffect effect) => database.InTransactionAsync(async transaction => await effect.ApplyAsync(WriteOf(transaction)));

    private static StateWrite WriteOf(Npgsql.NpgsqlTransaction transaction) => new(default, transaction, new ServiceCollection().BuildServiceProvider(), CancellationToken.None);

    private static Task<int> WaitersAsync(AudioDatabase database) => database.RunAsync(connection => connection.ExecuteScalarAsync<int>(
        "select count(*)::int from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"));
}
