using System.Collections.Concurrent;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Persistence.Tests.GrainStates;
using AudioOrleans.Testing;
using Dapper;
using Xunit.Abstractions;

namespace AudioOrleans.Persistence.Tests;

[Trait("Speed", "slow")]
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Writers = 8;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_killed_server_keeps_every_acknowledged_write_and_no_partial_write()
    {
        await using var server = await PostgresServer.StartOwnAsync(durable: true);
        await using var database = new AudioDatabase(server.ConnectionString);
        await new Migrator(database).ApplyAsync();
        await database.RunAsync(connection => connection.ExecuteAsync(ShowProjection.Table));
        for (var round = 0; round < 3; round++)
        {
            var acknowledged = new ConcurrentDictionary<string, int>();
            var goal = (round + 1) * 40;
            var writers = Enumerable.Range(0, Writers).Select(i => WriteUntilLostAsync(database, $"r{round}w{i}", acknowledged)).ToList();
            await Eventually.That(
                () => acknowledged.Count == Writers && acknowledged.Values.Sum() > goal, Deadline, "all writers have started");
            await server.KillAsync();
            await Eventually.Ends(Task.WhenAll(writers), Deadline, "every writer noticed that the server is gone");
            await server.StartAsync();

            var stored = await Retry(() => StoredAsync(database, round));
            output.WriteLine($"round {round}: {acknowledged.Values.Sum()} acknowledged, {stored.Sum(row => row.State)} stored");
            Assert.Equal(acknowledged.Keys.Order(), stored.Select(row => row.Id).Order());
            Assert.All(stored, row => Assert.Equal(row.State, row.ReadModel));
            // One more than acknowledged is a commit whose response was lost.
            Assert.All(stored, row => Assert.InRange(row.State - acknowledged[row.Id], 0, 1));
        }
    }

    [Fact]
    public async Task A_stopped_server_is_reported_within_seconds_and_used_again_when_it_is_back()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await using var database = new AudioDatabase(server.ConnectionString);
        await new Migrator(database).ApplyAsync();
        var storage = ShowProjection.StorageWithout(database);
        var grain = GrainId.Create("show", "s1");
        var state = new GrainState<Show>(new Show { Number = 1 });
        // Fills the pool with several connections, which the stop breaks.
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => database.RunAsync(c => c.ExecuteAsync("SELECT pg_sleep(0.05)"))));
        await storage.WriteStateAsync("show", grain, state);

        await server.StopAsync();
        var start = TimeProvider.System.GetTimestamp();
        for (var attempt = 0; attempt < 12; attempt++)
        {
            var error = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => storage.WriteStateAsync("show", grain, state));
            Assert.InRange(error.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        }

        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
        await server.StartAsync();
        await Retry(async () =>
        {
            await storage.WriteStateAsync("show", grain, state);
            return true;
        });
        var read = new GrainState<Show>();
        await storage.ReadStateAsync("show", grain, read);
        Assert.Equal(state.ETag, read.ETag);
    }

    private static async Task WriteUntilLostAsync(AudioDatabase database, string key, ConcurrentDictionary<string, int> acknowledged)
    {
        var storage = ShowProjection.Storage(database);
        var state = new GrainState<Show>();
        for (var number = 1; ; number++)
        {
            state.State = new Show { Title = key, Number = number };
            try
            {
                await storage.WriteStateAsync("show", GrainId.Create("show", key), state);
            }
            catch (DatabaseUnavailableException)
            {
                return;
            }

            acknowledged[key] = number;
        }
    }

    private static Task<List<(string Id, int State, int ReadModel)>> StoredAsync(AudioDatabase database, int round) =>
        database.RunAsync(async connection => (await connection.QueryAsync<(string, int, int)>(
            """
            SELECT grain_key, (state->>'number')::int, number FROM grain_state FULL JOIN shows ON id = grain_key
            WHERE grain_key LIKE @Round OR id LIKE @Round
            """,
            new { Round = $"r{round}w%" })).AsList());

    // The first use of a connection from before the outage may still fail.
    private static async Task<T> Retry<T>(Func<Task<T>> action)
    {
        T? result = default;
        await Eventually.That(
            async () =>
            {
                try
                {
                    result = await action();
                    return true;
                }
                catch (DatabaseUnavailableException)
                {
                    return false;
                }
            },
            Deadline,
            "the database is back");
        return result!;
    }
}
