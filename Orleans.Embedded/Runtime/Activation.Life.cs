using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>The start and the end of an activation; both are turns of their own.</summary>
internal sealed partial class Activation
{
    private AsyncServiceScope? _scope;
    private Lifecycle? _lifecycle;
    private List<IDisposable>? _timers;
    private CancellationTokenSource? _starting;
    private TaskCompletionSource? _ended;
    private DeactivationReason _reason;
    private CancellationToken _endBy;
    private bool _wasValid;
    private bool _hasEnded;

    public IGrainLifecycle ObservableLifecycle => _lifecycle ??= new();

    public Task Deactivated
    {
        get
        {
            lock (_gate)
            {
                _ended ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (_hasEnded)
                    _ended.TrySetResult();
                return _ended.Task;
            }
        }
    }

    public void Run() => _ = _state == State.Activating ? StartAsync() : EndAsync();

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        CancellationTokenSource? starting = null;
        lock (_gate)
        {
            if (_state is State.Deactivating or State.Invalid)
                return;
            var before = _state;
            _state = State.Deactivating;
            _reason = deactivationReason;
            _endBy = cancellationToken;
            _wasValid = before == State.Valid;
            if (before == State.Activating)
                starting = _starting;
            else if (_running == 0)
                _turns.Enqueue(this);
        }

        starting?.Cancel();
    }

    /// <summary>The timer ends with the activation.</summary>
    public void Add(IDisposable timer)
    {
        lock (_gate)
            (_timers ??= []).Add(timer);
    }

    public void Remove(IDisposable timer)
    {
        lock (_gate)
            _timers?.Remove(timer);
    }

    private async Task StartAsync()
    {
        using var starting = new CancellationTokenSource(Silo.Collection.ActivationTimeout, Silo.Clock);
        lock (_gate)
        {
            _starting = starting;
            RequestContext.Current = _waiting is [var first, ..] ? first.Context : null;
            if (_state != State.Activating)
                starting.Cancel();
        }

        try
        {
            starting.Token.ThrowIfCancellationRequested();
            _scope = Silo.Services.CreateAsyncScope();
            GrainInstance = Class.Create(this, _scope.Value.ServiceProvider);
            if (_lifecycle is not null)
                await _lifecycle.OnStart(starting.Token).WaitAsync(starting.Token);
            if (GrainInstance is IGrainBase grain)
                await grain.OnActivateAsync(starting.Token).WaitAsync(starting.Token);
        }
        catch (Exception failure)
        {
            Silo.Log.LogError(failure, "Activating {Grain} failed", GrainId);
            if (_state == State.Activating)
            {
                var cause = failure is OperationCanceledException && starting.IsCancellationRequested
                    ? new TimeoutException($"Activating {GrainId} took longer than {Silo.Collection.ActivationTimeout}.", failure)
                    : failure;
                Deactivate(new(DeactivationReasonCode.ActivationFailed, cause, "Failed to activate grain."));
            }
        }

        lock (_gate)
        {
            _starting = null;
            _usedAt = Silo.Clock.GetTimestamp();
            if (_state == State.Activating)
                _state = State.Valid;
            Pump();
        }
    }

    private async Task EndAsync()
    {
        StopTimers();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_endBy);
        using var overdue = Silo.Clock.CreateTimer(
            static source => ((CancellationTokenSource)source!).Cancel(), limit, Silo.Collection.DeactivationTimeout, Timeout.InfiniteTimeSpan);
        try
        {
            if (_wasValid && GrainInstance is IGrainBase grain)
                await grain.OnDeactivateAsync(_reason, limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception failure)
        {
            Silo.Log.LogError(failure, "OnDeactivateAsync of {Grain} failed", GrainId);
        }

        try
        {
            if (_lifecycle is not null)
                await _lifecycle.OnStop(limit.Token).WaitAsync(limit.Token);
        }
        catch (Exception failure)
        {
            Silo.Log.LogError(failure, "Stopping {Grain} failed", GrainId);
        }

        // Timers that OnDeactivateAsync made.
        StopTimers();
        List<Message>? waiting;
        lock (_gate)
        {
            _state = State.Invalid;
            waiting = _waiting;
            _waiting = null;
        }

        if (_pool is null)
            Silo.Catalog.Remove(GrainId, this);
        else
            _pool.Remove(this);
        Forward(waiting);
        await DisposeAsync();
        lock (_gate)
        {
            _hasEnded = true;
            _ended?.TrySetResult();
        }
    }

    private void StopTimers()
    {
        List<IDisposable>? timers;
        lock (_gate)
        {
            timers = _timers;
            _timers = null;
        }

        timers?.ForEach(timer => timer.Dispose());
    }

    /// <summary>Calls that came too late go to the next activation, unless this one failed: then they fail with it.</summary>
    private void Forward(List<Message>? waiting)
    {
        foreach (var message in waiting ?? [])
        {
            if (message.IsLocal)
                continue;
            if (_reason.Exception is { } failure)
                message.Fail(failure);
            else
                Silo.Catalog.Dispatch(message);
        }
    }

    private async Task DisposeAsync()
    {
        try
        {
            if (GrainInstance is IAsyncDisposable asyncDisposable)
                await asyncDisposable.DisposeAsync();
            else if (GrainInstance is IDisposable disposable)
                disposable.Dispose();
            if (_scope is { } scope)
                await scope.DisposeAsync();
        }
        catch (Exception failure)
        {
            Silo.Log.LogError(failure, "Disposing {Grain} failed", GrainId);
        }
    }
}
