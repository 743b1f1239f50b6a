using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>A call with a response of type T; <see cref="Nothing"/> when the method returns none.</summary>
internal sealed class Call<T> : Message
{
    private readonly Silo _silo;
    private readonly GrainMethod<T> _method;
    private readonly TaskCompletionSource<T> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource? _cancellation;
    private CancellationTokenRegistration _callersToken;

    public Call(Silo silo, GrainMethod<T> method, object?[] arguments, GrainId targetId)
        : base(method, arguments, targetId, RequestContext.Current)
    {
        _silo = silo;
        _method = method;
        if (!IsCancellable)
            return;
        var token = GetCancellationToken();
        token.ThrowIfCancellationRequested();
        _cancellation = new();
        Arguments[method.TokenIndex] = _cancellation.Token;
        if (token.CanBeCanceled)
            _callersToken = token.UnsafeRegister(static (call, token) => ((Call<T>)call!).Cancel(token), this);
    }

    public Task<T> Response => _response.Task;

    public override void Fail(Exception failure)
    {
        if (_response.TrySetException(failure))
            Close();
        if (Method.IsOneWay)
            _silo.Log.LogWarning(failure, "The one-way call {Call} failed", this);
    }

    public override void TimeOut()
    {
        var limit = Method.ResponseTimeout ?? _silo.Messaging.ResponseTimeout;
        Fail(new TimeoutException($"No response within {limit} to {this}, called by {SourceId?.ToString() ?? "a client"}."));
        // It may have ended before it was even listed, when the caller's token was cancelled just then.
        CallsInFlight.Remove(this);
        if (_silo.Messaging.CancelRequestOnTimeout)
            _cancellation?.Cancel();
    }

    public override async Task RunOn(object? observer)
    {
        Exception? failure = null;
        T result = default!;
        try
        {
            // Nobody waits any more for a call that timed out in the queue, so it is not begun.
            if (!_response.Task.IsCompleted)
            {
                if (Context is not null)
                    RequestContext.Current = Context;
                var receiver = observer ?? Receiver!;
                result = observer is null && (_silo.Filters.Length > 0 || receiver is IIncomingGrainCallFilter)
                    ? await new FilteredCall<T>(this, _method, _silo.Filters).RunAsync()
                    : await _method.Invoke(receiver, Arguments);
            }
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        Target?.Completed(this, failure);
        if (failure is not null)
        {
            Fail(failure);
        }
        else if (_response.TrySetResult(result))
        {
            Close();
        }
    }

    /// <summary>The caller gave up: it does not wait for the grain to notice, unless it is set up so.</summary>
    private void Cancel(CancellationToken token)
    {
        if (!_silo.Messaging.WaitForCancellationAcknowledgement)
            Fail(new OperationCanceledException(token));
        _cancellation!.Cancel();
    }

    private void Close()
    {
        CallsInFlight.Remove(this);
        _callersToken.Dispose();
    }
}

/// <summary>The response of a method that returns no value.</summary>
internal readonly struct Nothing;
