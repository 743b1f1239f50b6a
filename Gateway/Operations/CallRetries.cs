using AudioOrleans.Grains.Interfaces.Operations;
using Orleans.CodeGeneration;
using Orleans.Serialization;

namespace AudioOrleans.Gateway.Operations;

/// <summary>
/// Retries a grain call when its silo is lost or does not answer in time, so that the outcome is unknown. Retries only calls that are safe to
/// repeat: calls of an operation, which take effect once, and reads. All other calls fail as before.
/// </summary>
/// <remarks>
/// A rejection leaves the outcome open as well: to a caller, a silo that died during the work looks like one that never began. Each retry sends a
/// copy, because Orleans takes the arguments out of a request once it has run, and the first attempt may still be executed.
/// </remarks>
/// <param name="services">The source of Orleans' runtime, which cannot be injected because it needs this filter itself.</param>
/// <param name="copier">Copies requests.</param>
/// <param name="time">Measures the pauses.</param>
/// <param name="lifetime">Stops the retries when the process stops.</param>
/// <param name="logger">Logs each retry.</param>
public sealed class CallRetries(IServiceProvider services, DeepCopier copier, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<CallRetries> logger) : IOutgoingGrainCallFilter
{
    /// <summary>One retry after a timeout: the timeout has already taken up to 30 s, and a request has one minute.</summary>
    private const int MostTimeouts = 1;

    /// <summary>About eight seconds in total: longer than it takes to place a dead silo's grains on another silo.</summary>
    private static readonly TimeSpan[] Pauses = [.. new[] { 100, 250, 500, 1000, 2000, 4000 }.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];

    private static readonly AsyncLocal<bool> SendingAgain = new();

    /// <inheritdoc/>
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        // A call that a grain makes is part of the call made here, and is retried with it.
        return context.SourceId is null && !SendingAgain.Value && MayBeSentAgain(context) ? SendAsync(context) : context.Invoke();
    }

    private static bool MayBeSentAgain(IOutgoingGrainCallContext context) =>
        !context.Request.IsCancellable // The caller limits its duration.
        && (OperationContext.Current is not null || OperationContext.IsReading || ((IRequest)context.Request).Options.HasFlag(InvokeMethodOptions.ReadOnly));

    private async Task SendAsync(IOutgoingGrainCallContext context)
    {
        var request = copier.Copy((IRequest)context.Request);
        var timeouts = 0;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                if (attempt == 0)
                    await context.Invoke();
                else
                    context.Result = await SendAgainAsync((GrainReference)context.Grain, copier.Copy(request));
                return;
            }
            // The outcome is unknown. A call on its way to a silo that died can end as cancelled, although nobody cancelled it.
            catch (Exception exception) when (exception is OrleansMessageRejectionException or TimeoutException or OperationCanceledException)
            {
                if (exception is TimeoutException)
                    timeouts++;
                if (attempt == Pauses.Length || timeouts > MostTimeouts || lifetime.ApplicationStopping.IsCancellationRequested)
                    throw;
                logger.LogInformation(exception, "{Method} of {Grain} is retried", context.MethodName, context.TargetId);
            }
            await Task.Delay(Pauses[attempt], time, CancellationToken.None);
        }
    }

    private async Task<object?> SendAgainAsync(GrainReference grain, IRequest request)
    {
        SendingAgain.Value = true;
        if (OperationContext.Current is { } operation)
            OperationContext.Enter(operation.Again());
        // Same call as the grain reference makes; for a method without a return value the result is null.
        return await services.GetRequiredService<IGrainReferenceRuntime>().InvokeMethodAsync<object>(grain, request, request.Options);
    }
}
