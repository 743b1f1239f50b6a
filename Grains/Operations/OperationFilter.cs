using System.Runtime.ExceptionServices;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Operations;
using Orleans.Serialization.Invocation;
using Orleans.Storage;

namespace AudioOrleans.Grains.Operations;

/// <summary>
/// Ensures that each command of an operation changes a grain once: an attempt whose change was already made is not executed again, but
/// gets the stored response. A first attempt has no overhead until it writes; only repeats look first.
/// </summary>
public sealed class OperationFilter(OperationAnswers answers) : IIncomingGrainCallFilter
{
    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (OperationContext.Current is not { } operation)
        {
            await context.Invoke();
            return;
        }
        var run = new OperationRun(operation, context.TargetId, $"{context.InterfaceMethod.DeclaringType!.Name}.{context.MethodName}");
        if (operation.IsRepeat && await answers.FindAsync(run) is { } known)
        {
            context.Response = known;
            return;
        }

        var failure = await run.InvokeAsync(context);
        // A refusal by a grain that found the work done is not a real refusal: the other attempt may have finished during this one's check.
        if ((run.WasDone || (operation.IsRepeat && !run.HasWritten)) && await answers.FindAsync(run) is { } earlier)
        {
            // The activation continues with the state that the other attempt wrote.
            if (failure is InconsistentStateException)
                context.TargetContext.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, "Another attempt wrote its state."), CancellationToken.None);
            context.Response = earlier;
            return;
        }
        if (run.HasWritten && failure is (null or AudioException))
            await answers.KeepAsync(run, failure is null ? context.Response! : Response.FromException(failure));
        if (failure is not null)
            ExceptionDispatchInfo.Throw(failure);
    }
}
