using AudioOrleans.Testing;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;

namespace AudioOrleans.Persistence.Tests.GrainStates;

/// <summary>Runs Orleans' own grain storage with the SQL of the schema on a real PostgreSQL.</summary>
public sealed class AdoNetStorageTests : IAsyncLifetime
{
    private static readonly GrainId Grain = GrainId.Create("station", "station/one");

    private InProcessTestCluster _cluster = null!;

    private IGrainStorage Storage => _cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("Default");

    public async Task InitializeAsync() => _cluster = await StartAsync(await PostgresServer.NewDatabaseAsync());

    public Task DisposeAsync() => _cluster.DisposeAsync().AsTask();

    [Fact]
    public async Task A_written_state_is_read_back_and_one_that_was_never_written_is_empty()
    {
        Assert.Equal((false, null, null), Facts(await ReadAsync(Grain)));
        var state = await ReadAsync(Grain);
        state.State = new Report { Text = "first" };
        await Storage.WriteStateAsync("report", Grain, state);
        state.State = new Report { Text = "second" };
        await Storage.WriteStateAsync("report", Grain, state);
        Assert.Equal((true, "2", "second"), Facts(await ReadAsync(Grain)));
    }

    [Fact]
    public async Task The_later_of_two_writes_based_on_the_same_version_fails()
    {
        var (one, two) = (await ReadAsync(Grain), await ReadAsync(Grain));
        await WriteAsync(one, "one");
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(two, "two"));
        two = await ReadAsync(Grain);
        await WriteAsync(one, "one again");
        await Assert.ThrowsAsync<InconsistentStateException>(() => WriteAsync(two, "two"));
        Assert.Equal((true, "2", "one again"), Facts(await ReadAsync(Grain)));
    }

    [Fact]
    public async Task A_cleared_state_is_deleted_and_can_be_written_again()
    {
        var state = await ReadAsync(Grain);
        await WriteAsync(state, "one");
        var stale = await ReadAsync(Grain);
        await WriteAsync(state, "two");
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("report", Grain, stale));
        await Storage.ClearStateAsync("report", Grain, state);
        var database = _cluster.GetSiloServiceProvider().GetRequiredService<AudioDatabase>();
        Assert.Equal(0, await database.RunAsync(connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM orleans_states")));
        await WriteAsync(state, "three");
        Assert.Equal((true, "1", "three"), Facts(await ReadAsync(Grain)));
    }

    [Fact]
    public async Task States_with_different_names_or_keys_are_kept_apart()
    {
        var grains = new[] { Grain, GrainId.Create("station", "station/two"), GrainId.Create("station", "shared") };
        foreach (var grain in grains)
        {
            foreach (var name in new[] { "report", "other" })
            {
                var state = new GrainState<Report>();
                await Storage.ReadStateAsync(name, grain, state);
                Assert.False(state.RecordExists);
                state.State = new Report { Text = $"{name} of {grain}" };
                await Storage.WriteStateAsync(name, grain, state);
            }
        }
        foreach (var grain in grains)
            Assert.Equal($"report of {grain}", Facts(await ReadAsync(grain)).Text);
    }

    [Fact]
    public async Task An_outage_of_the_database_throws_the_same_exception_as_elsewhere()
    {
        await using var server = await PostgresServer.StartOwnAsync();
        await using var cluster = await StartAsync(server.ConnectionString);
        await server.StopAsync();
        var storage = cluster.GetSiloServiceProvider().GetRequiredKeyedService<IGrainStorage>("Default");
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => storage.ReadStateAsync("report", Grain, new GrainState<Report>()));
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => storage.WriteStateAsync("report", Grain, new GrainState<Report> { State = new Report() }));
        await server.StartAsync();
    }

    private static async Task<InProcessTestCluster> StartAsync(string connectionString)
    {
        var builder = new InProcessTestClusterBuilder(1);
        (builder.Options.ConfigureFileLogging, builder.Options.InitializeClientOnDeploy) = (false, false);
        builder.ConfigureSilo((_, silo) => silo.AddPostgresPersistence(connectionString));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }

    private static (bool Exists, string? Version, string? Text) Facts(GrainState<Report> state) => (state.RecordExists, state.ETag, state.State?.Text);

    private async Task<GrainState<Report>> ReadAsync(GrainId grain)
    {
        var state = new GrainState<Report>();
        await Storage.ReadStateAsync("report", grain, state);
        return state;
    }

    private Task WriteAsync(GrainState<Report> state, string text)
    {
        state.State = new Report { Text = text };
        return Storage.WriteStateAsync("report", Grain, state);
    }
}

[GenerateSerializer, Alias("report")]
public sealed record Report
{
    [Id(0)] public string? Text { get; init; }
}
