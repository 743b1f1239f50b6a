using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Operations;

namespace AudioOrleans.Gateway.Tests.Operations;

/// <summary>A grain that says under what it was called.</summary>
[Alias("tests.IRetriedGrain")]
public interface IRetriedGrain : IGrainWithStringKey
{
    [Alias("Tell")]
    Task<string> Tell(string word);

    [Alias("TellVia")]
    Task<string> TellVia(string other, string word);

    [ReadOnly, Alias("Read")]
    Task<string> Read();

    [Alias("Touch")]
    Task Touch();

    [Alias("Count")]
    ValueTask<int> Count();

    [Alias("Refuse")]
    Task Refuse();
}

[GrainType("retried")]
public sealed class RetriedGrain : Grain, IRetriedGrain
{
    private int _count;

    public Task<string> Tell(string word) => Task.FromResult($"{word} {OperationContext.Current?.IsRepeat}");

    public Task<string> TellVia(string other, string word) => GrainFactory.GetGrain<IRetriedGrain>(other).Tell(word);

    public Task<string> Read() => Task.FromResult("read");

    public Task Touch()
    {
        _count++;
        return Task.CompletedTask;
    }

    public ValueTask<int> Count() => ValueTask.FromResult(_count);

    public Task Refuse() => throw new AudioException(AudioError.Unavailable, "No");
}
