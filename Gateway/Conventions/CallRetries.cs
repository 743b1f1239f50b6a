using System.Reflection;
using AudioOrleans.Grains.Interfaces.Operations;

namespace AudioOrleans.Gateway.Conventions;

/// <summary>
/// Sends a grain call again when the silo that had it went away, or did not answer in time: then nobody knows whether it was done. Only
/// what stands it: calls of an operation, which are done once, and calls that read. All others fail as they always did.
/// </summary>
/// <remarks>
/// A rejection leaves it open as well: to a caller, a silo that died at work looks like one that never began. A call that is sent again
/// is made anew, since Orleans takes the arguments out of a request that was run, and the first attempt may still get to it.
/// </remarks>
public sealed class CallRetries(TimeProvider time, IHostApplicationLifetime lifetime, ILogger<CallRetries> logger) : IOutgoingGrainCallFilter
{
    /// <summary>A timeout took its time already, up to 30 s, and a request has a minute.</summary>
    private const int MostTimeouts = 1;

    /// <summary>Some eight seconds in all: longer than it takes to find a dead silo's grains another place.</summary>
    private static readonly TimeSpan[] Pauses = [.. new[] { 100, 250, 500, 1000, 2000, 4000 }.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];

    private static readonly MethodInfo ResultMethod = typeof(CallRetries).GetMethod(nameof(ResultAsync), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static readonly AsyncLocal<bool> SendingAgain = new();

    /// <inheritdoc/>
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // What grains call is part of what was called here, and is sent again with it.
        return context.SourceId is null && !SendingAgain.Value && MayBeSentAgain(context) ? SendAsync(context) : context.Invoke();
    }

    private static bool MayBeSentAgain(IOutgoingGrainCallContext context) =>
        !context.Request.IsCancellable // Its caller decides how long it takes.
        && (OperationContext.Current is not null || OperationContext.IsReading || context.InterfaceMethod.IsDefined(typeof(ReadOnlyAttribute)));

    private async Task SendAsync(IOutgoingGrainCallContext context)
    {
        var arguments = new object?[context.Request.GetArgumentCount()];
        for (var i = 0; i < arguments.Length; i++)
            arguments[i] = context.Request.GetArgument(i);
        var timeouts = 0;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (attempt == 0)
                    await context.Invoke();
                else
                    context.Result = await SendAgainAsync(context, arguments);
                return;
            }
            // What became of it, nobody knows. One that was on its way to a silo that died can end as cancelled, though nobody cancelled it.
            catch (Exception exception) when (exception is OrleansMessageRejectionException or TimeoutException or OperationCanceledException)
            {
                if (exception is TimeoutException)
                    timeouts++;
                if (attempt == Pauses.Length || timeouts > MostTimeouts || lifetime.ApplicationStopping.IsCancellationRequested)
                    throw;
                logger.LogInformation(exception, "{Method} of {Grain} is sent again", context.MethodName, context.TargetId);
            }
            await Task.Delay(Pauses[attempt], time, CancellationToken.None);
        }
    }

    private static async Task<object?> SendAgainAsync(IOutgoingGrainCallContext context, object?[] arguments)
    {
        SendingAgain.Value = true;
        if (OperationContext.Current is { } operation)
            OperationContext.Enter(operation.Again());
        var method = context.InterfaceMethod;
        var sent = method.Invoke(context.Grain, BindingFlags.DoNotWrapExceptions, null, arguments, null);
        if (sent is null)
            return null;
        var task = sent as Task ?? (Task)sent.GetType().GetMethod(nameof(ValueTask.AsTask))!.Invoke(sent, null)!;
        if (method.ReturnType.IsGenericType)
            return await (Task<object?>)ResultMethod.MakeGenericMethod(method.ReturnType.GetGenericArguments()).Invoke(null, [task])!;
        await task;
        return null;
    }

    private static async Task<object?> ResultAsync<T>(Task<T> task) => await task;
}
