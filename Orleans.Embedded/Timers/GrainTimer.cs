using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>What a tick looks like to call filters.</summary>
internal interface IGrainTimerInvoker : IAddressable
{
    Task InvokeCallbackAsync();
}

/// <summary>Ticks in the activation's turns like a call to itself. The next tick is set when one has ended.</summary>
internal sealed class GrainTimer<TState> : Message, IGrainTimer, IGrainTimerInvoker
{
    private static readonly GrainMethod<Nothing> TickMethod =
        new(typeof(IGrainTimerInvoker).GetMethod(nameof(IGrainTimerInvoker.InvokeCallbackAsync))!);

    private readonly Activation _activation;
    private readonly Func<TState, CancellationToken, Task> _callback;
    private readonly TState _state;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _ended = new();
    private readonly ITimer _timer;
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _ticking;

    public GrainTimer(
        Activation activation, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
        : base(TickMethod, [], activation.GrainId, null)
    {
        _activation = activation;
        _callback = callback;
        _state = state;
        _options = options;
        _timer = CreateTimer(activation.Silo.Clock);
        Change(options.DueTime, options.Period);
        activation.Add(this);
    }

    public override bool AlwaysInterleaves => _options.Interleave;

    public override bool KeepsAlive => _options.KeepAlive;

    public override bool IsLocal => true;

    public override object Receiver => this;

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Validate(dueTime, nameof(dueTime));
        Validate(period, nameof(period));
        lock (_ended)
        {
            _dueTime = dueTime;
            _period = period;
            if (!_ticking && !_ended.IsCancellationRequested)
                _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose()
    {
        _activation.Remove(this);
        _timer.Dispose();
        _ended.Cancel();
    }

    public override async Task RunOn(object? observer)
    {
        Exception? failure = null;
        try
        {
            if (!_ended.IsCancellationRequested)
                await TickAsync();
        }
        catch (Exception thrown)
        {
            failure = thrown;
            _activation.Silo.Log.LogWarning(thrown, "A timer of {Grain} failed", TargetId);
        }

        _activation.Completed(this, failure);
        SetNext();
    }

    /// <summary>The activation ends before the tick ran.</summary>
    public override void Fail(Exception failure) => Dispose();

    public override void TimeOut()
    {
    }

    public Task InvokeCallbackAsync() => _callback(_state, _ended.Token);

    private static void Validate(TimeSpan time, string name)
    {
        if (time != Timeout.InfiniteTimeSpan)
            ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero, name);
    }

    /// <summary>A timer must not carry along the context of the call that made it.</summary>
    private ITimer CreateTimer(TimeProvider clock)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            return clock.CreateTimer(
                static timer => ((GrainTimer<TState>)timer!).OnDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnDue()
    {
        lock (_ended)
        {
            if (_ticking || _ended.IsCancellationRequested)
                return;
            _ticking = true;

            // What Change sets from here on is for the next tick.
            _dueTime = _period;
        }

        _activation.TryReceive(this);
    }

    private async Task TickAsync()
    {
        var filters = _activation.Silo.Filters;
        if (filters.Length > 0 || _activation.GrainInstance is IIncomingGrainCallFilter)
            await new FilteredCall<Nothing>(this, TickMethod, filters).RunAsync();
        else
            await InvokeCallbackAsync();
    }

    private void SetNext()
    {
        lock (_ended)
        {
            _ticking = false;
            if (!_ended.IsCancellationRequested)
                _timer.Change(_dueTime, Timeout.InfiniteTimeSpan);
        }
    }
}
