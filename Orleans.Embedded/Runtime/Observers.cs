using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>Objects that grains call back. They are held weakly: who wants to be told keeps its own object.</summary>
internal sealed class Observers(Silo silo)
{
    private static readonly GrainType Type = GrainType.Create("sys.client");

    public static bool IsObserver(GrainId id) => id.Type == Type;

    public GrainId Add(IGrainObserver observer)
    {
        var id = GrainId.Create(Type, Guid.NewGuid().ToString("N"));
        silo.Catalog.Add(id, new Target(silo, id, observer));
        return id;
    }

    /// <summary>An observer takes one call at a time, in order.</summary>
    private sealed class Target(Silo silo, GrainId id, IGrainObserver observer) : IMessageTarget
    {
        private readonly WeakReference<IGrainObserver> _observer = new(observer);
        private readonly Queue<Message> _waiting = new();
        private bool _busy;

        public bool TryReceive(Message message)
        {
            lock (_waiting)
            {
                _waiting.Enqueue(message);
                if (_busy)
                    return true;
                _busy = true;
            }

            ThreadPool.UnsafeQueueUserWorkItem(static target => _ = target.RunAsync(), this, preferLocal: false);
            return true;
        }

        private async Task RunAsync()
        {
            while (true)
            {
                Message? message;
                lock (_waiting)
                {
                    _busy = _waiting.TryDequeue(out message);
                    if (!_busy)
                        return;
                }

                if (_observer.TryGetTarget(out var target))
                {
                    await message!.RunOn(target);
                }
                else
                {
                    // A call to an object that is gone gets no response, as a call to a client that is gone gets none.
                    silo.Log.LogDebug("The observer {Observer} is gone; {Call} is dropped", id, message);
                    silo.Catalog.Remove(id);
                }
            }
        }
    }
}
