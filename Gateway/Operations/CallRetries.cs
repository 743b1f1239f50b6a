using AudioOrleans.Grains.Interfaces.Operations;
using Orleans.CodeGeneration;
using Orleans.Serialization;

namespace AudioOrleans.Gateway.Operations;

/// <summary>
/// Sends a grain call again when the silo that had it went away, or did not answer in time: then nobody knows whether it was done. Only
/// what stands it: calls of an operation, which are done once, and calls that read. All others fail as they always did.
/// </summary>
/// <remarks>
/// A rejection leaves it open as well: to a caller, a silo that died at work looks like one that never began. What is sent again is a copy:
/// Orleans takes the arguments out of a request that was run, and the first attempt may still get to it.
/// </remarks>
/// <param name="services">Where Orleans' runtime comes from; it needs this filter itself.</param>
/// <param name="copier">Copies requests.</param>
/// <param name="time">Measures the pauses.</param>
/// <param name="lifetime">Says when nothing is sent again, since the process stops.</param>
/// <param name="logger">Is told of each call that is sent again.</param>
public sealed class CallRetries(IServiceProvider services, DeepCopier copier, TimeProvider time, IHostApplicationLifetime lifetime, ILogger<CallRetries> logger) : IOutgoingGrainCallFilter
{
    /// <summary>A timeout took its time already, up to 30 s, and a request has a minute.</summary>
    private const int MostTimeouts = 1;

    /// <summary>Some eight seconds in all: longer than it takes to find a dead silo's grains another place.</summary>
    private static readonly TimeSpan[] Pauses = [.. new[] { 100, 250, 500, 1000, 2000, 4000 }.Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))];

    private static readonly AsyncLocal<bool> SendingAgain = new();

    /// <inheritdoc/>
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        // What grains call is part of what was called here, and is sent again with it.
        return context.SourceId is null && !SendingAgain.Value && MayBeSentAgain(context) ? SendAsync(context) : context.Invoke();
    }

    private static bool MayBeSentAgain(IOutgoingGrainCallContext context) =>
        !context.Request.IsCancellable // Its caller decides how long it takes.
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

    private async Task<object?> SendAgainAsync(GrainReference grain, IRequest request)
    {
        SendingAgain.Value = true;
        if (OperationContext.Current is { } operation)
            OperationContext.Enter(operation.Again());
        // As the grain's reference does it; of a method without an answer the result is null.
        return await services.GetRequiredService<IGrainReferenceRuntime>().InvokeMethodAsync<object>(grain, request, request.Options);
    }
}
