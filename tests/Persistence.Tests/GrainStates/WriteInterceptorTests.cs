using AudioOrleans.Persistence.GrainStates;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Storage;

namespace AudioOrleans.Persistence.Tests.GrainStates;

public sealed class WriteInterceptorTests(TestDatabase test) : IClassFixture<TestDatabase>
{
    private readonly GrainId _grain = GrainId.Create("show", "s" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task It_runs_with_writes_and_clears()
    {
        var interceptor = new Interceptor();
        var storage = await StorageAsync(interceptor);
        var state = new GrainState<Show>(new Show { Number = 1 });
        await storage.WriteStateAsync("show", _grain, state);
        Assert.Equal(1, await CountAsync());
        await storage.WriteStateAsync("show", _grain, state);
        Assert.Equal(2, await CountAsync());
        await storage.ClearStateAsync("show", _grain, state);
        Assert.Equal(3, await CountAsync());
    }

    [Fact]
    public async Task It_does_not_run_without_work()
    {
        var storage = await StorageAsync(new Interceptor { HasWork = false });
        await storage.WriteStateAsync("show", _grain, new GrainState<Show>(new Show()));
        Assert.Equal(0, await CountAsync());
    }

    [Fact]
    public async Task A_write_that_conflicts_rolls_back_its_work()
    {
        var storage = await StorageAsync(new Interceptor());
        await storage.WriteStateAsync("show", _grain, new GrainState<Show>(new Show()));
        var late = new GrainState<Show>(new Show());
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("show", _grain, late));
        late.ETag = "0"; // Versions start at 1.
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("show", _grain, late));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task If_it_fails_the_state_is_not_written_and_vice_versa()
    {
        var storage = await StorageAsync(new Interceptor { Fails = true });
        var state = new GrainState<Show>(new Show { Number = 1 });
        await Assert.ThrowsAsync<InvalidDataException>(() => storage.WriteStateAsync("show", _grain, state));
        await storage.ReadStateAsync("show", _grain, state);
        Assert.False(state.RecordExists);
        Assert.Equal(0, await CountAsync());

        // The database rejects this read model.
        var services = new ServiceCollection().AddSingleton<IWriteInterceptor>(new Interceptor()).AddSingleton<IStateProjection<Show>, ShowProjection>();
        var refusing = new PostgresGrainStorage(test.Database, services.BuildServiceProvider());
        await Assert.ThrowsAsync<PostgresException>(() => refusing.WriteStateAsync("show", _grain, new GrainState<Show>(new Show { Number = -1 })));
        Assert.Equal(0, await CountAsync());
    }

    private async Task<PostgresGrainStorage> StorageAsync(Interceptor interceptor)
    {
        await test.Database.RunAsync(connection => connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS interceptors (grain text NOT NULL)"));
        await test.Database.RunAsync(connection => connection.ExecuteAsync(ShowProjection.Table.Replace("TABLE", "TABLE IF NOT EXISTS", StringComparison.Ordinal)));
        return new PostgresGrainStorage(test.Database, new ServiceCollection().AddSingleton<IWriteInterceptor>(interceptor).BuildServiceProvider());
    }

    private Task<long> CountAsync() => test.Database.RunAsync(connection => connection.ExecuteScalarAsync<long>(
        "SELECT count(*) FROM interceptors WHERE grain = @Grain", new { Grain = _grain.Key.ToString() }));

    private sealed class Interceptor : IWriteInterceptor
    {
        public bool HasWork { get; init; } = true;

        public bool Fails { get; init; }

        public async ValueTask WriteAsync(StateWrite write)
        {
            await write.Transaction.Connection!.ExecuteAsync("INSERT INTO interceptors VALUES (@Grain)", new { Grain = write.Grain.Key.ToString() }, write.Transaction);
            if (Fails)
                throw new InvalidDataException();
        }
    }
}
