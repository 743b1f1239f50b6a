using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Persistence.Reminders;
using AudioOrleans.Persistence.Tests.GrainStates;
using AudioOrleans.Testing;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;

namespace AudioOrleans.Persistence.Tests;

public sealed class SiloTests
{
    [Fact]
    public async Task A_grain_keeps_its_state_its_read_model_and_its_reminder_across_a_restart()
    {
        var connectionString = await PostgresServer.NewDatabaseAsync();
        await using (var first = await StartAsync(connectionString))
        {
            var grain = first.Client.GetGrain<ICounterGrain>("c1");
            Assert.Equal(1, await grain.Add("one"));
            Assert.Equal(2, await grain.Add("two"));
        }

        await using var second = await StartAsync(connectionString);
        var again = second.Client.GetGrain<ICounterGrain>("c1");
        Assert.Equal(3, await again.Add("three"));
        var database = second.GetSiloServiceProvider().GetRequiredService<AudioDatabase>();
        Assert.Equal(("three", 3), await database.RunAsync(connection => connection.QuerySingleAsync<(string, int)>(
            "SELECT title, number FROM shows WHERE id = 'c1'")));
        Assert.Equal(1, await database.RunAsync(connection => connection.ExecuteScalarAsync<long>(
            "SELECT count(*) FROM reminders WHERE grain_type = 'counter' AND grain_key = 'c1' AND name = 'tick'")));
    }

    [Fact]
    public async Task One_call_adds_the_storage_the_reminders_and_the_schema()
    {
        await using var cluster = await StartAsync(await PostgresServer.NewDatabaseAsync());
        var services = cluster.GetSiloServiceProvider();
        Assert.NotNull(services.GetRequiredService<PostgresGrainStorage>());
        Assert.IsType<AdoNetStorage>(services.GetRequiredKeyedService<IGrainStorage>("Default"));
        Assert.IsType<PostgresReminderTable>(services.GetRequiredService<IReminderTable>());
        Assert.Equal(0, await services.GetRequiredService<Migrator>().ApplyAsync());
    }

    private static async Task<InProcessTestCluster> StartAsync(string connectionString)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<IStateProjection<Show>, ShowProjection>();
            silo.AddPostgresPersistence(connectionString);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        await cluster.GetSiloServiceProvider().GetRequiredService<AudioDatabase>().RunAsync(connection => connection.ExecuteAsync(
            ShowProjection.Table.Replace("TABLE", "TABLE IF NOT EXISTS", StringComparison.Ordinal)));
        return cluster;
    }
}

[Alias("counter")]
public interface ICounterGrain : IGrainWithStringKey
{
    [Alias("add")]
    Task<int> Add(string title);
}

[GrainType("counter")]
public sealed class CounterGrain([CommittedState("show")] ICommittedState<Show> show) : Grain, ICounterGrain, IRemindable
{
    public async Task<int> Add(string title)
    {
        await show.Commit(state => state with { Title = title, Number = state.Number + 1 });
        await this.RegisterOrUpdateReminder("tick", TimeSpan.FromHours(1), TimeSpan.FromHours(1));
        return show.State.Number;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask;
}
