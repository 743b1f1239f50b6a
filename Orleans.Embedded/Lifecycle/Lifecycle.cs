namespace Orleans.Runtime;

/// <summary>Starts observers stage by stage, upwards, and stops those that started, downwards.</summary>
internal sealed class Lifecycle : IGrainLifecycle, ISiloLifecycle
{
    private readonly List<(int Stage, ILifecycleObserver Observer)> _observers = [];
    private List<(int Stage, ILifecycleObserver Observer)> _started = [];

    public int HighestCompletedStage { get; private set; } = int.MinValue;

    public int LowestStoppedStage { get; private set; } = int.MaxValue;

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        var entry = (stage, observer);
        _observers.Add(entry);
        return new Subscription(() => _observers.Remove(entry));
    }

    public async Task OnStart(CancellationToken token)
    {
        foreach (var stage in _observers.GroupBy(entry => entry.Stage).OrderBy(stage => stage.Key).ToArray())
        {
            token.ThrowIfCancellationRequested();
            var entries = stage.ToArray();
            _started.AddRange(entries);
            await Task.WhenAll(Array.ConvertAll(entries, entry => entry.Observer.OnStart(token)));
            HighestCompletedStage = stage.Key;
        }
    }

    /// <summary>All stages get their stop, whatever happens to one of them; the failures come together at the end.</summary>
    public async Task OnStop(CancellationToken token)
    {
        var started = _started;
        _started = [];
        List<Exception>? failures = null;
        foreach (var stage in started.GroupBy(entry => entry.Stage).OrderByDescending(stage => stage.Key))
        {
            foreach (var (_, observer) in stage)
            {
                try
                {
                    await observer.OnStop(token);
                }
                catch (Exception failure)
                {
                    (failures ??= []).Add(failure);
                }
            }

            LowestStoppedStage = stage.Key;
        }

        if (failures is not null)
            throw new AggregateException(failures);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
