using System.Collections.Immutable;
using Audio.Orleans.Embedded.Tests.Support;
using Orleans.Storage;

namespace Audio.Orleans.Embedded.Tests.State;

[GenerateSerializer]
public sealed class ShelfState
{
    [Id(0)]
    public List<string> Titles { get; set; } = [];

    [Id(1)]
    public ImmutableArray<int> Years { get; set; } = [];
}

public interface IShelfGrain : IGrainWithStringKey
{
    Task Put(string title);

    Task PutWithoutWriting(string title);

    Task<string> Read();

    Task<string> ReadOther();

    Task Clear();

    Task<bool> Exists();

    Task<bool> ExistedBeforeActivation();

    Task Leave();

    Task WriteBehindItsBack();

    Task PutCatching(string title);
}

public class ShelfGrain(
    [PersistentState("shelf")] IPersistentState<ShelfState> shelf,
    [PersistentState("other", "named")] IPersistentState<ShelfState> other,
    IServiceProvider services) : Grain, IShelfGrain
{
    private bool _existed;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _existed = shelf.RecordExists;
        Diary.Write(this.GetPrimaryKeyString(), "activated");
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Diary.Write(this.GetPrimaryKeyString(), $"deactivated {reason.ReasonCode}");
        return Task.CompletedTask;
    }

    public async Task Put(string title)
    {
        shelf.State.Titles.Add(title);
        shelf.State.Years = shelf.State.Years.Add(2000);
        other.State.Titles.Add($"not {title}");
        await shelf.WriteStateAsync();
        await other.WriteStateAsync();
    }

    public Task PutWithoutWriting(string title)
    {
        shelf.State.Titles.Add(title);
        return Task.CompletedTask;
    }

    public Task<string> Read() => Task.FromResult(string.Join(",", shelf.State.Titles));

    public Task<string> ReadOther() => Task.FromResult(string.Join(",", other.State.Titles));

    public Task Clear() => shelf.ClearStateAsync();

    public Task<bool> Exists() => Task.FromResult(shelf.RecordExists);

    public Task<bool> ExistedBeforeActivation() => Task.FromResult(_existed);

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    public async Task WriteBehindItsBack()
    {
        var storage = services.GetRequiredService<IGrainStorage>();
        var state = new GrainState<ShelfState>();
        await storage.ReadStateAsync("shelf", this.GetGrainId(), state);
        state.State = new() { Titles = ["from behind"] };
        await storage.WriteStateAsync("shelf", this.GetGrainId(), state);
    }

    public async Task PutCatching(string title)
    {
        try
        {
            await Put(title);
        }
        catch (InconsistentStateException)
        {
            await shelf.ReadStateAsync();
        }
    }
}

public interface ICallingShelfGrain : IGrainWithStringKey
{
    Task PutThere(string shelf, string title);

    Task<string> Activation();
}

public class CallingShelfGrain : Grain, ICallingShelfGrain
{
    private readonly string _activation = Guid.NewGuid().ToString("N");

    public Task PutThere(string shelf, string title) => GrainFactory.GetGrain<IShelfGrain>(shelf).Put(title);

    public Task<string> Activation() => Task.FromResult(_activation);
}

public interface IOldStyleGrain : IGrainWithStringKey
{
    Task Put(string title);

    Task<string> Read();

    Task Leave();
}

[global::Orleans.Providers.StorageProvider(ProviderName = "named")]
public class OldStyleGrain : Grain<ShelfState>, IOldStyleGrain
{
    public async Task Put(string title)
    {
        State.Titles.Add(title);
        await WriteStateAsync();
    }

    public Task<string> Read() => Task.FromResult(string.Join(",", State.Titles));

    public Task Leave()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

public class StateTests : IAsyncLifetime
{
    private TestSilo _silo = null!;

    public async Task InitializeAsync() => _silo = await TestSilo.StartAsync();

    public async Task DisposeAsync() => await _silo.DisposeAsync();

    [Fact]
    public async Task A_state_is_there_again_before_the_grain_activates_anew()
    {
        var grain = _silo.Grains.GetGrain<IShelfGrain>(TestSilo.NewKey());
        Assert.False(await grain.Exists().Soon());
        await grain.Put("one").Soon();
        await grain.Leave().Soon();
        Assert.True(await grain.ExistedBeforeActivation().Soon());
        Assert.Equal("one", await grain.Read().Soon());
        Assert.Equal("not one", await grain.ReadOther().Soon());
    }

    [Fact]
    public async Task What_was_not_written_is_gone_with_the_activation()
    {
        var grain = _silo.Grains.GetGrain<IShelfGrain>(TestSilo.NewKey());
        await grain.Put("one").Soon();
        await grain.PutWithoutWriting("two").Soon();
        Assert.Equal("one,two", await grain.Read().Soon());
        await grain.Leave().Soon();
        Assert.Equal("one", await grain.Read().Soon());
    }

    [Fact]
    public async Task A_cleared_state_is_empty_and_can_be_written_again()
    {
        var grain = _silo.Grains.GetGrain<IShelfGrain>(TestSilo.NewKey());
        await grain.Put("one").Soon();
        await grain.Clear().Soon();
        Assert.False(await grain.Exists().Soon());
        Assert.Equal("", await grain.Read().Soon());
        await grain.Put("two").Soon();
        Assert.Equal("two", await grain.Read().Soon());
    }

    [Fact]
    public async Task A_conflict_fails_the_call_and_ends_the_activation_so_that_the_next_reads_anew()
    {
        var key = TestSilo.NewKey();
        var grain = _silo.Grains.GetGrain<IShelfGrain>(key);
        await grain.Put("one").Soon();
        await grain.WriteBehindItsBack().Soon();
        await Assert.ThrowsAsync<InconsistentStateException>(() => grain.Put("two").Soon());
        Assert.Equal("from behind", await grain.Read().Soon());
        Assert.Equal(["activated", "deactivated ApplicationError", "activated"], Diary.Read(key));
    }

    [Fact]
    public async Task A_conflict_that_the_grain_handles_ends_nothing()
    {
        var key = TestSilo.NewKey();
        var grain = _silo.Grains.GetGrain<IShelfGrain>(key);
        await grain.Put("one").Soon();
        await grain.WriteBehindItsBack().Soon();
        await grain.PutCatching("two").Soon();
        Assert.Equal("from behind", await grain.Read().Soon());
        Assert.Equal(["activated"], Diary.Read(key));
    }

    [Fact]
    public async Task A_conflict_of_another_grain_passes_through_and_ends_only_that_one()
    {
        var key = TestSilo.NewKey();
        var caller = _silo.Grains.GetGrain<ICallingShelfGrain>(TestSilo.NewKey());
        var before = await caller.Activation().Soon();
        await _silo.Grains.GetGrain<IShelfGrain>(key).Put("one").Soon();
        await _silo.Grains.GetGrain<IShelfGrain>(key).WriteBehindItsBack().Soon();
        await Assert.ThrowsAsync<InconsistentStateException>(() => caller.PutThere(key, "two").Soon());
        Assert.Equal(before, await caller.Activation().Soon());
        await Diary.Until(key, "deactivated ApplicationError");
    }

    [Fact]
    public async Task A_grain_of_state_keeps_it_where_its_attribute_says()
    {
        var grain = _silo.Grains.GetGrain<IOldStyleGrain>(TestSilo.NewKey());
        await grain.Put("one").Soon();
        await grain.Leave().Soon();
        Assert.Equal("one", await grain.Read().Soon());
        var stored = new GrainState<ShelfState>();
        await _silo.Host.Services.GetRequiredKeyedService<IGrainStorage>("named").ReadStateAsync("state", grain.GetGrainId(), stored);
        Assert.True(stored.RecordExists);
    }
}
