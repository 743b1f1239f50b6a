using Audio.Orleans.Embedded.Tests.Support;

namespace Audio.Orleans.Embedded.Tests.Calls;

public interface IReentrantGrain : IGrainWithGuidKey
{
    Task Hold(string gate);

    Task<int> CountBetweenAwaits(int rounds);
}

[Reentrant]
public class ReentrantGrain : Grain, IReentrantGrain
{
    private int _count;

    public Task Hold(string gate) => Gate.Of(gate).Pass();

    public async Task<int> CountBetweenAwaits(int rounds)
    {
        for (var i = 0; i < rounds; i++)
        {
            // No await between reading and writing: a count is lost only if two run at the same moment.
            var before = _count;
            Thread.SpinWait(200);
            _count = before + 1;
            await Task.Yield();
        }

        return _count;
    }
}
