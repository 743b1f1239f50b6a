using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>Which grains and observers are alive, and the way of a call to them.</summary>
internal sealed class Catalog(Silo silo)
{
    private readonly ConcurrentDictionary<GrainId, IMessageTarget> _targets = new();
    private readonly Func<GrainId, IMessageTarget> _create = id => silo.Classes.Of(id) is { Workers: { } workers } workerClass
        ? new WorkerPool(silo, workerClass, id, workers)
        : new Activation(silo, silo.Classes.Of(id), id, null);

    public IEnumerable<Activation> Activations => _targets.SelectMany(target => target.Value switch
    {
        Activation activation => [activation],
        WorkerPool pool => pool.Workers,
        _ => Enumerable.Empty<Activation>(),
    });

    /// <summary>Brings a call to its target, which comes to life for it. An activation that has just ended sends it here again.</summary>
    public void Dispatch(Message message)
    {
        try
        {
            while (true)
            {
                if (!_targets.TryGetValue(message.TargetId, out var target))
                {
                    silo.ThrowUnlessAccepting();
                    if (Observers.IsObserver(message.TargetId))
                        return;
                    target = _targets.GetOrAdd(message.TargetId, _create);
                }
                else if (message.SourceId is null)
                {
                    silo.ThrowUnlessAccepting();
                }

                if (target.TryReceive(message))
                    return;
                Remove(message.TargetId, target);
            }
        }
        catch (Exception failure)
        {
            message.Fail(failure);
        }
    }

    public void Add(GrainId id, IMessageTarget target) => _targets.TryAdd(id, target);

    public void Remove(GrainId id, IMessageTarget target) => _targets.TryRemove(new(id, target));

    public void Remove(GrainId id) => _targets.TryRemove(id, out _);
}
