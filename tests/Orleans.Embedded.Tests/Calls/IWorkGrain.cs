using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Calls;

public interface IWorkGrain : IGrainWithStringKey
{
    Task<int> Add(int one, int other);

    Task Hold(string gate);

    [ReadOnly]
    Task HoldReading(string gate);

    [AlwaysInterleave]
    Task HoldInterleaving(string gate);

    Task<int> CountWithAwaits(int rounds);

    Task<int> HighestOverlap();

    Task<bool> ComesBackToItsTurn();

    Task CallThrough(string other);

    Task CallThroughReentrantly(string other);

    Task<string> Ping();

    Task<string> PingVia(IWorkGrain other);

    Task Throw(string message);

    Task ThrowAtOnce(string message);

    ValueTask<string> AnswerByValueTask(string text);

    ValueTask DoByValueTask();

    [OneWay]
    Task Note(string text);

    [OneWay]
    Task NoteAndThrow(string text);

    [ResponseTimeout("00:00:05")]
    Task HoldWithShortTimeout(string gate);
}

public class WorkGrain : Grain, IWorkGrain
{
    private int _inside;
    private int _highest;
    private int _count;

    public Task<int> Add(int one, int other) => Task.FromResult(one + other);

    public Task Hold(string gate) => Gate.Of(gate).Pass();

    public Task HoldReading(string gate) => Gate.Of(gate).Pass();

    public Task HoldInterleaving(string gate) => Gate.Of(gate).Pass();

    public Task HoldWithShortTimeout(string gate) => Gate.Of(gate).Pass();

    public async Task<int> CountWithAwaits(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            // Would lose counts, and see another inside, if two ran at once.
            var before = _count;
            _highest = Math.Max(_highest, Interlocked.Increment(ref _inside));
            await Task.Yield();
            await Task.Run(() => { });
            _count = before + 1;
            Interlocked.Decrement(ref _inside);
        }

        return _count;
    }

    public Task<int> HighestOverlap() => Task.FromResult(_highest);

    public async Task<bool> ComesBackToItsTurn()
    {
        var before = TaskScheduler.Current;
        await Task.Yield();
        await Task.Run(() => { });
        await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        return before != TaskScheduler.Default && TaskScheduler.Current == before;
    }

    public Task CallThrough(string other) => GrainFactory.GetGrain<IWorkGrain>(other).PingVia(this.AsReference<IWorkGrain>());

    public async Task CallThroughReentrantly(string other)
    {
        using (RequestContext.AllowCallChainReentrancy())
            await CallThrough(other);
    }

    public Task<string> Ping() => Task.FromResult(this.GetPrimaryKeyString());

    public Task<string> PingVia(IWorkGrain other) => other.Ping();

    public async Task Throw(string message)
    {
        await Task.Yield();
        throw new WorkFailedException(message);
    }

    public Task ThrowAtOnce(string message) => throw new WorkFailedException(message);

    public async ValueTask<string> AnswerByValueTask(string text)
    {
        await Task.Yield();
        return text;
    }

    public ValueTask DoByValueTask() => ValueTask.CompletedTask;

    public Task Note(string text)
    {
        Diary.Write(this.GetPrimaryKeyString(), text);
        return Task.CompletedTask;
    }

    public Task NoteAndThrow(string text)
    {
        Diary.Write(this.GetPrimaryKeyString(), text);
        throw new WorkFailedException(text);
    }
}

[GenerateSerializer]
public sealed class WorkFailedException(string message) : Exception(message);
