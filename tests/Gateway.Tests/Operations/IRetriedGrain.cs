using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Operations;

namespace AudioOrleans.Gateway.Tests.Operations;

/// <summary>A grain that returns whether its call was a repeat.</summary>
[Alias("tests.IRetriedGrain")]
public interface IRetriedGrain : IGrainWithStringKey
{
    [Alias("Echo")]
    Task<string> Echo(string word);

    [Alias("EchoVia")]
    Task<string> EchoVia(string other, string word);

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

    public Task<string> Echo(string word) => Task.FromResult($"{word} {OperationContext.Current?.IsRepeat}");

    public Task<string> EchoVia(string other, string word) => GrainFactory.GetGrain<IRetriedGrain>(other).Echo(word);

    public Task<string> Read() => Task.FromResult("read");

    public Task Touch()
    {
        _count++;
        return Task.CompletedTask;
    }

    public ValueTask<int> Count() => ValueTask.FromResult(_count);

    public Task Refuse() => throw new AudioException(AudioError.Unavailable, "No");
}
