using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Calls;

public interface IReentrantGrain : IGrainWithGuidKey
{
    Task Hold(string gate);
}

[Reentrant]
public class ReentrantGrain : Grain, IReentrantGrain
{
    public Task Hold(string gate) => Gate.Of(gate).Pass();
}
