using AudioOrleans.Grains.Audit;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Audit;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Audit;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace AudioOrleans.Grains.Tests.Audit;

public sealed class AuditTrailTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly Guid _actor = Guid.NewGuid();
    private readonly GrainId _stream = GrainId.Create("stream", $"stream/{Guid.NewGuid():D}");
    private AudioDatabase Database { get; set; } = null!;

    public async Task InitializeAsync()
    {
        Database = new AudioDatabase(await PostgresServer.NewDatabaseAsync());
        await new Migrator(Database).ApplyAsync();
    }

    public async Task DisposeAsync() => await Database.DisposeAsync();

    [Fact]
    public async Task A_write_for_a_caller_is_audited_with_the_details_of_the_request()
    {
        Describe();
        var state = new GrainState<StreamState>(new StreamState { Name = "One" });
        await Storage().WriteStateAsync("stream", _stream, state, [new AuditDetail("name")], CancellationToken.None);
        var entry = Assert.Single(await ListAsync());
        Assert.Equal(new AuditRow(entry.EntryId, _time.GetUtcNow().UtcDateTime, _actor, "account", "streams.update", _stream.Key.ToString()!, "name", "192.0.2.1", "request-1"), entry);

        await Storage().ClearStateAsync("stream", _stream, state);
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Fact]
    public async Task A_write_without_a_request_is_not_audited()
    {
        RequestContext.Clear();
        await Storage().WriteStateAsync("stream", _stream, new GrainState<StreamState>(new StreamState { Name = "One" }));
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_write_that_is_rolled_back_leaves_no_audit_entry()
    {
        Describe();
        var state = new GrainState<StreamState>(new StreamState { Visibility = Visibility.Public });
        var services = new ServiceCollection().AddSingleton<IWriteInterceptor>(new AuditTrail(_time)).AddSingleton<IWriteInterceptor, FailingInterceptor>();
        var storage = new PostgresGrainStorage(Database, services.BuildServiceProvider());
        await Assert.ThrowsAsync<InvalidDataException>(() => storage.WriteStateAsync("stream", _stream, state));
        Assert.Empty(await ListAsync());

        await Storage().WriteStateAsync("stream", _stream, state);
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage().WriteStateAsync("stream", _stream, new GrainState<StreamState>(new StreamState())));
        Assert.Single(await ListAsync());
    }

    private void Describe()
    {
        RequestContext.Set(AuditContext.Action, "streams.update");
        RequestContext.Set(AuditContext.ActorId, _actor.ToString("D"));
        RequestContext.Set(AuditContext.ActorKind, ActorKinds.Account);
        RequestContext.Set(AuditContext.Address, "192.0.2.1");
        RequestContext.Set(AuditContext.RequestId, "request-1");
    }

    private PostgresGrainStorage Storage() =>
        new(Database, new ServiceCollection().AddSingleton<IWriteInterceptor>(new AuditTrail(_time)).BuildServiceProvider());

    private Task<IReadOnlyList<AuditRow>> ListAsync() => new AuditTable(Database).ListAsync(null, null, null, null, 10, CancellationToken.None);

    private sealed class FailingInterceptor : IWriteInterceptor
    {
        public bool HasWork => true;

        public ValueTask WriteAsync(StateWrite write) => throw new InvalidDataException();
    }
}
