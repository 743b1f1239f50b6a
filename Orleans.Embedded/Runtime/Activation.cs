using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>Takes calls in; false when it has ended and another one has to be asked.</summary>
internal interface IMessageTarget
{
    bool TryReceive(Message message);
}

/// <summary>One activation: which calls wait, which run, and what it is up to. Its start and end are in the other part.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The scope ends with the activation, in its last turn.")]
internal sealed partial class Activation : IGrainContext, IMessageTarget, ITurn
{
    private readonly Lock _gate = new();
    private readonly TurnScheduler _turns;
    private readonly WorkerPool? _pool;
    private List<Message>? _waiting;
    private Message? _blocking;
    private int _running;
    private volatile State _state;
    private long _usedAt;
    private long _keepUntil;
    private Dictionary<Guid, int>? _reentrantSections;

    public Activation(Silo silo, GrainClass @class, GrainId id, WorkerPool? pool)
    {
        Silo = silo;
        Class = @class;
        GrainId = id;
        _pool = pool;
        _turns = new(this);
        _usedAt = silo.Clock.GetTimestamp();
    }

    private enum State : byte
    {
        Created,
        Activating,
        Valid,
        Deactivating,
        Invalid,
    }

    /// <summary>The activation whose turn this is; null outside of one.</summary>
    public static Activation? Current => (TaskScheduler.Current as TurnScheduler)?.Owner;

    public Silo Silo { get; }

    public GrainClass Class { get; }

    public GrainId GrainId { get; }

    public object? GrainInstance { get; private set; }

    public IServiceProvider ActivationServices => _scope?.ServiceProvider ?? Silo.Services;

    public bool IsInvalid => _state == State.Invalid;

    /// <summary>How busy it is: zero when a call could start at once.</summary>
    public int Load
    {
        get
        {
            lock (_gate)
                return _running + (_waiting?.Count ?? 0) + (_state == State.Valid ? 0 : 1);
        }
    }

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override bool Equals(object? obj) => ReferenceEquals(this, obj);

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => $"{GrainId} ({_state})";

    public bool TryReceive(Message message)
    {
        lock (_gate)
        {
            if (_state == State.Invalid)
                return false;
            message.Target = this;
            if (_state == State.Created)
            {
                _state = State.Activating;
                _turns.Enqueue(this);
            }

            if (_state != State.Valid || !MayStart(message))
            {
                (_waiting ??= []).Add(message);
                return true;
            }

            Started(message);
        }

        _turns.Enqueue(message);
        return true;
    }

    /// <summary>The call is through: others may start, or the activation end.</summary>
    public void Completed(Message message, Exception? failure)
    {
        if (failure is Storage.InconsistentStateException { IsFresh: true } conflict)
        {
            conflict.IsFresh = false;
            Deactivate(new(DeactivationReasonCode.ApplicationError, conflict.ToString()));
        }

        lock (_gate)
        {
            _running--;
            if (_blocking == message)
                _blocking = null;
            if (message.KeepsAlive)
                _usedAt = Silo.Clock.GetTimestamp();
            Pump();
        }
    }

    /// <summary>Ends the activation if nobody has needed it for its class's age.</summary>
    public void CollectIfIdle(long now)
    {
        if (Class.CollectionAge == Timeout.InfiniteTimeSpan || _state != State.Valid || now < _keepUntil)
            return;
        if (Load == 0 && Silo.Clock.GetElapsedTime(_usedAt, now) >= Class.CollectionAge)
            Deactivate(new(DeactivationReasonCode.ActivationIdle, $"Idle for {Class.CollectionAge}."));
    }

    /// <summary>Keeps the activation from being collected; a time that is not positive takes that back.</summary>
    public void Delay(TimeSpan time)
    {
        var clock = Silo.Clock;
        _keepUntil = time == TimeSpan.MaxValue || time == Timeout.InfiniteTimeSpan ? long.MaxValue
            : time <= TimeSpan.Zero ? 0
            : clock.GetTimestamp() + (long)Math.Min(time.TotalSeconds * clock.TimestampFrequency, long.MaxValue / 2);
    }

    public void EnterReentrantSection(Guid id)
    {
        lock (_gate)
        {
            _reentrantSections ??= [];
            _reentrantSections[id] = _reentrantSections.GetValueOrDefault(id) + 1;
        }
    }

    public void ExitReentrantSection(Guid id)
    {
        lock (_gate)
        {
            if (_reentrantSections is not null && --_reentrantSections[id] == 0)
                _reentrantSections.Remove(id);
        }
    }

    /// <summary>
    /// The call that started on an idle activation blocks the others until it ends. Those that come in beside it
    /// do so because they are marked, or both only read, or belong to a call chain that was let in.
    /// </summary>
    private bool MayStart(Message message) =>
        _running == 0
        || Class.IsReentrant
        || message.AlwaysInterleaves
        || _blocking is null
        || (_blocking.IsReadOnly && message.IsReadOnly)
        || (_reentrantSections is { Count: > 0 } && message.ReentrancyId is { } id && _reentrantSections.ContainsKey(id));

    private void Started(Message message)
    {
        _running++;
        if (_blocking is null && !message.AlwaysInterleaves)
            _blocking = message;
    }

    private void Pump()
    {
        if (_state == State.Deactivating && _running == 0)
        {
            _turns.Enqueue(this);
            return;
        }

        if (_waiting is null || _state != State.Valid)
            return;
        for (var i = 0; i < _waiting.Count;)
        {
            var message = _waiting[i];
            if (!MayStart(message))
            {
                // Nothing behind it could start either, unless marked calls or ticks can be there; else no scan per call.
                if (!Class.MayInterleave && _timers is null && _reentrantSections is null)
                    break;
                i++;
                continue;
            }

            _waiting.RemoveAt(i);
            Started(message);
            _turns.Enqueue(message);
        }

        if (_waiting.Count == 0)
            _waiting = null;
    }
}
