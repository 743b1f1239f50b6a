namespace Orleans.Runtime;

/// <summary>Something that starts inside a turn.</summary>
internal interface ITurn
{
    /// <summary>Starts; failures are its own affair.</summary>
    void Run();
}

/// <summary>
/// Runs what belongs to one activation on the thread pool, one thing at a time. It is the current scheduler meanwhile,
/// so that each await in a grain comes back to it.
/// </summary>
internal sealed class TurnScheduler(Activation owner) : TaskScheduler, IThreadPoolWorkItem
{
    /// <summary>How many turns run before other activations get the thread.</summary>
    private const int TurnsInARow = 64;

    private static readonly Action<object?> Run = static turn => ((ITurn)turn!).Run();

    [ThreadStatic]
    private static TurnScheduler? _onThisThread;

    private readonly Queue<object> _turns = new();
    private bool _scheduled;

    public Activation Owner => owner;

    /// <summary>Adds an <see cref="ITurn"/> or a task to the turns.</summary>
    public void Enqueue(object turn)
    {
        lock (_turns)
        {
            _turns.Enqueue(turn);
            if (_scheduled)
                return;
            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    void IThreadPoolWorkItem.Execute()
    {
        _onThisThread = this;
        for (var i = 0; i < TurnsInARow; i++)
        {
            object? turn;
            lock (_turns)
            {
                if (!_turns.TryDequeue(out turn))
                {
                    _scheduled = false;
                    _onThisThread = null;
                    return;
                }
            }

            if (turn is Task task)
                TryExecuteTask(task);
            else
                new Task(Run, turn).RunSynchronously(this);
        }

        _onThisThread = null;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task) => Enqueue(task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => _onThisThread == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_turns)
            return [.. _turns.OfType<Task>()];
    }
}
