using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Grains.Tests.Operations;

/// <summary>A grain that counts its changes and can be made to fail.</summary>
[Alias("tests.ITallyGrain")]
public interface ITallyGrain : IGrainWithStringKey
{
    [Alias("Add")]
    Task<int> Add(int number);

    [Alias("AddToBoth")]
    Task<int> AddToBoth(string other);

    [Alias("AddTwiceTo")]
    Task<int> AddTwiceTo(string other);

    [Alias("AddAndFail")]
    Task<int> AddAndFail(bool asRefusal);

    [Alias("RefuseUnlessEmpty")]
    Task<int> RefuseUnlessEmpty();

    [Alias("AddLater")]
    Task AddLater(ITallyObserver observer, bool byTimer);

    [Alias("Get")]
    Task<int> Get();
}

/// <summary>Is notified of what a tally did after its call had ended.</summary>
[Alias("tests.ITallyObserver")]
public interface ITallyObserver : IGrainObserver
{
    [Alias("Over")]
    Task Over();

    [Alias("Done")]
    Task Done(bool inContext);
}

[GenerateSerializer, Alias("tests.tally")]
public sealed record TallyState
{
    [Id(0)]
    public int Sum { get; init; }
}

[GrainType("tally")]
public sealed class TallyGrain([CommittedState("tally")] ICommittedState<TallyState> stored) : Grain, ITallyGrain
{
    private IGrainTimer? _timer;

    public async Task<int> Add(int number)
    {
        await stored.Commit(new TallyState { Sum = stored.State.Sum + number });
        return stored.State.Sum;
    }

    public async Task<int> AddToBoth(string other) => await GrainFactory.GetGrain<ITallyGrain>(other).Add(1) + await Add(1);

    public async Task<int> AddTwiceTo(string other) =>
        await GrainFactory.GetGrain<ITallyGrain>(other).Add(1) + await GrainFactory.GetGrain<ITallyGrain>(other).Add(1);

    public async Task<int> AddAndFail(bool asRefusal)
    {
        await Add(1);
        throw asRefusal ? new AudioException(new FieldProblem("number", "Expected another.", FieldCodes.OutOfRange)) : new TimeoutException("Something else took too long.");
    }

    public async Task<int> RefuseUnlessEmpty() =>
        stored.State.Sum == 0 ? await Add(1) : throw new AudioException(AudioError.Conflict, "It is not empty");

    public Task AddLater(ITallyObserver observer, bool byTimer)
    {
        if (byTimer)
            _timer = this.RegisterGrainTimer(_ => LaterAsync(observer), new GrainTimerCreationOptions(TimeSpan.Zero, Timeout.InfiniteTimeSpan));
        else
            _ = LaterAsync(observer);
        return Task.CompletedTask;
    }

    private async Task LaterAsync(ITallyObserver observer)
    {
        await observer.Over();
        _timer?.Dispose();
        await Add(1);
        await observer.Done(OperationContext.Current is not null);
    }

    public Task<int> Get() => Task.FromResult(stored.State.Sum);
}
