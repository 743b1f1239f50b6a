using AudioOrleans.Persistence.GrainStates;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Storage;

namespace AudioOrleans.Persistence.Tests.GrainStates;

public sealed class StateProjectionTests(TestDatabase test) : IClassFixture<TestDatabase>
{
    private readonly PostgresGrainStorage _storage = ShowProjection.Storage(test.Database);
    private readonly GrainId _grain = GrainId.Create("show", "s" + Guid.NewGuid().ToString("N"));

    [Fact]
    public async Task The_read_model_follows_writes_and_clears()
    {
        await CreateTableAsync();
        var state = new GrainState<Show>(new Show { Title = "One", Number = 1 });
        await _storage.WriteStateAsync("show", _grain, state);
        Assert.Equal("One", await TitleAsync());
        state.State = new Show { Title = "Two", Number = 2 };
        await _storage.WriteStateAsync("show", _grain, state);
        Assert.Equal("Two", await TitleAsync());
        await _storage.ClearStateAsync("show", _grain, state);
        Assert.Null(await TitleAsync());
    }

    [Fact]
    public async Task If_the_read_model_cannot_be_written_neither_is_the_state()
    {
        await CreateTableAsync();
        var state = new GrainState<Show>(new Show { Title = "Good", Number = 1 });
        await _storage.WriteStateAsync("show", _grain, state);
        var etag = state.ETag;

        state.State = new Show { Title = "Bad", Number = -1 };
        await Assert.ThrowsAsync<PostgresException>(() => _storage.WriteStateAsync("show", _grain, state));
        Assert.Equal(etag, state.ETag);
        var read = new GrainState<Show>();
        await _storage.ReadStateAsync("show", _grain, read);
        Assert.Equal(("Good", etag), (read.State!.Title, read.ETag));
        Assert.Equal("Good", await TitleAsync());

        state.State = new Show { Title = "Better", Number = 2 };
        await _storage.WriteStateAsync("show", _grain, state);
        Assert.Equal("Better", await TitleAsync());
    }

    [Fact]
    public async Task If_a_second_read_model_fails_the_first_is_rolled_back_too()
    {
        await CreateTableAsync();
        var services = new ServiceCollection()
            .AddSingleton<IStateProjection<Show>, ShowProjection>().AddSingleton<IStateProjection<Show>, FailingProjection>();
        var storage = new PostgresGrainStorage(test.Database, services.BuildServiceProvider());
        var state = new GrainState<Show>(new Show { Title = "Never" });
        await Assert.ThrowsAsync<InvalidDataException>(() => storage.WriteStateAsync("show", _grain, state));
        Assert.Null(await TitleAsync());
        Assert.Null(state.ETag);

        await _storage.WriteStateAsync("show", _grain, state);
        await Assert.ThrowsAsync<InvalidDataException>(() => storage.ClearStateAsync("show", _grain, state));
        Assert.Equal("Never", await TitleAsync());
        await _storage.ClearStateAsync("show", _grain, state);
        Assert.Null(await TitleAsync());
    }

    [Fact]
    public async Task A_write_that_conflicts_leaves_the_read_model_unchanged()
    {
        await CreateTableAsync();
        await _storage.WriteStateAsync("show", _grain, new GrainState<Show>(new Show { Title = "First" }));
        var second = new GrainState<Show>(new Show { Title = "Second" });
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.WriteStateAsync("show", _grain, second));
        second.ETag = "1";
        await Assert.ThrowsAsync<InconsistentStateException>(() => _storage.ClearStateAsync("show", _grain, second));
        Assert.Equal("First", await TitleAsync());
    }

    private Task<int> CreateTableAsync() => test.Database.RunAsync(
        connection => connection.ExecuteAsync(ShowProjection.Table.Replace("TABLE", "TABLE IF NOT EXISTS", StringComparison.Ordinal)));

    private Task<string?> TitleAsync() => test.Database.RunAsync(connection => connection.QuerySingleOrDefaultAsync<string?>(
        "SELECT title FROM shows WHERE id = @Id", new { Id = _grain.Key.ToString() }));

    private sealed class FailingProjection : IStateProjection<Show>
    {
        public ValueTask ProjectAsync(GrainId grain, Show state, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
            throw new InvalidDataException();

        public ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
            throw new InvalidDataException();
    }
}
