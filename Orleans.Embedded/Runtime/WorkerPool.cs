namespace Orleans.Runtime;

/// <summary>The workers of one stateless grain: a call goes to an idle one, a new one, or the one with least to do.</summary>
internal sealed class WorkerPool(Silo silo, GrainClass @class, GrainId id, int most) : IMessageTarget
{
    private readonly List<Activation> _workers = [];
    private bool _ended;

    public Activation[] Workers
    {
        get
        {
            lock (_workers)
                return [.. _workers];
        }
    }

    public bool TryReceive(Message message)
    {
        lock (_workers)
        {
            while (!_ended)
            {
                if (Choose().TryReceive(message))
                    return true;

                // It ended between the choice and the call.
                _workers.RemoveAll(worker => worker.IsInvalid);
            }

            return false;
        }
    }

    public void Remove(Activation worker)
    {
        lock (_workers)
        {
            _workers.Remove(worker);
            _ended = _workers.Count == 0;
        }

        if (_ended)
            silo.Catalog.Remove(id, this);
    }

    private Activation Choose()
    {
        var (least, load) = (default(Activation), int.MaxValue);
        foreach (var worker in _workers)
        {
            if (worker.Load is var its && its < load)
                (least, load) = (worker, its);
        }

        if (least is not null && (load == 0 || _workers.Count >= most))
            return least;
        var added = new Activation(silo, @class, id, this);
        _workers.Add(added);
        return added;
    }
}
