using AudioOrleans.Persistence.GrainStates;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace AudioOrleans.Persistence.Tests.GrainStates;

/// <summary>Effects that are written in the same transaction as a state.</summary>
public sealed class StateEffectTests(TestDatabase test) : IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly GrainId _grain = GrainId.Create("show", "s" + Guid.NewGuid().ToString("N"));

    public async Task InitializeAsync()
    {
        await test.Database.RunAsync(connection => connection.ExecuteAsync(ShowProjection.Table.Replace("TABLE", "TABLE IF NOT EXISTS", StringComparison.Ordinal)));
        await test.Database.RunAsync(connection => connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS notes (grain text NOT NULL, note text NOT NULL)"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Effects_are_written_with_the_state_and_with_its_deletion()
    {
        var storage = ShowProjection.Storage(test.Database);
        var state = new GrainState<Show>(new Show { Number = 1 });
        await storage.WriteStateAsync("show", _grain, state, [new Note("one"), new Note("two")], CancellationToken.None);
        await storage.ClearStateAsync("show", _grain, state, [new Note("gone")], CancellationToken.None);
        Assert.Equal(["one", "two", "gone"], await NotesAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_effect_that_fails_rolls_back_the_state_its_read_model_and_the_other_effects(bool isGuard)
    {
        var storage = ShowProjection.Storage(test.Database);
        var state = new GrainState<Show>(new Show { Number = 1 });
        await Assert.ThrowsAsync<InvalidDataException>(() => storage.WriteStateAsync(
            "show", _grain, state, [new Note("one"), new Note("two") { Fails = true, IsGuard = isGuard }], CancellationToken.None));
        Assert.Empty(await NotesAsync());
        await storage.ReadStateAsync("show", _grain, state);
        Assert.False(state.RecordExists);
        Assert.Equal(0, await test.Database.RunAsync(connection => connection.ExecuteScalarAsync<long>("SELECT count(*) FROM shows WHERE id = @Id", new { Id = _grain.Key.ToString() })));
    }

    [Fact]
    public async Task A_write_that_conflicts_leaves_no_effects()
    {
        var storage = ShowProjection.Storage(test.Database);
        await storage.WriteStateAsync("show", _grain, new GrainState<Show>(new Show()), [new Note("one")], CancellationToken.None);
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("show", _grain, new GrainState<Show>(new Show()), [new Note("two")], CancellationToken.None));
        Assert.Equal(["one"], await NotesAsync());
    }

    [Fact]
    public async Task Guards_run_before_the_read_model_is_written_and_all_others_after_it()
    {
        var storage = ShowProjection.Storage(test.Database);
        await storage.WriteStateAsync(
            "show", _grain, new GrainState<Show>(new Show { Number = 7 }),
            [new Note("after") { SeesReadModel = true }, new Note("before") { IsGuard = true, SeesReadModel = false }], CancellationToken.None);
        Assert.Equal(["before", "after"], await NotesAsync());
    }

    [Fact]
    public async Task Interceptors_run_last_and_receive_the_audit_detail()
    {
        var interceptor = new RecordingInterceptor();
        var storage = new PostgresGrainStorage(test.Database, new ServiceCollection().AddSingleton<IWriteInterceptor>(interceptor).BuildServiceProvider());
        var state = new GrainState<Show>(new Show());
        await storage.WriteStateAsync("show", _grain, state, [new AuditDetail("title")], CancellationToken.None);
        Assert.Equal("title", interceptor.Detail);
        await storage.WriteStateAsync("show", _grain, state, [], CancellationToken.None);
        Assert.Null(interceptor.Detail);
    }

    [Fact]
    public async Task Many_states_are_read_with_one_query()
    {
        var storage = ShowProjection.StorageWithout(test.Database);
        var prefix = Guid.NewGuid().ToString("N");
        foreach (var number in Enumerable.Range(0, 3))
            await storage.WriteStateAsync("show", GrainId.Create("show", $"{prefix}{number}"), new GrainState<Show>(new Show { Number = number }));
        await storage.WriteStateAsync("show", GrainId.Create("other", $"{prefix}3"), new GrainState<Show>(new Show { Number = 3 }));
        var read = await storage.ReadManyAsync<Show>("show", "show", [$"{prefix}0", $"{prefix}2", $"{prefix}3", $"{prefix}4"], CancellationToken.None);
        Assert.Equal([($"{prefix}0", 0), ($"{prefix}2", 2)], read.OrderBy(one => one.Key).Select(one => (one.Key, one.Value.Number)));
        Assert.Empty(await storage.ReadManyAsync<Show>("show", "show", [], CancellationToken.None));
    }

    private async Task<IEnumerable<string>> NotesAsync() => await test.Database.RunAsync(connection => connection.QueryAsync<string>(
        "SELECT note FROM notes WHERE grain = @Grain ORDER BY ctid", new { Grain = _grain.Key.ToString() }));

    private sealed record Note(string Text) : IStateEffect
    {
        public bool IsGuard { get; init; }

        public bool Fails { get; init; }

        /// <summary>Whether the read model must exist when the effect runs; null when it does not matter.</summary>
        public bool? SeesReadModel { get; init; }

        public async ValueTask ApplyAsync(StateWrite write)
        {
            var key = write.Grain.Key.ToString();
            var connection = write.Transaction.Connection!;
            if (SeesReadModel is { } sees)
                Assert.Equal(sees ? 1 : 0, await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM shows WHERE id = @key", new { key }, write.Transaction));
            await connection.ExecuteAsync("INSERT INTO notes VALUES (@key, @Text)", new { key, Text }, write.Transaction);
            if (Fails)
                throw new InvalidDataException();
        }
    }

    private sealed class RecordingInterceptor : IWriteInterceptor
    {
        public string? Detail { get; private set; }

        public bool HasWork => true;

        public ValueTask WriteAsync(StateWrite write)
        {
            Detail = write.AuditDetail;
            return ValueTask.CompletedTask;
        }
    }
}
