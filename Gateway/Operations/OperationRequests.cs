using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Grains.Interfaces.Operations;

namespace AudioOrleans.Gateway.Operations;

/// <summary>
/// Makes each request that may change something one operation, by way of the request's context, and says of the others that they only
/// read. So <see cref="CallRetries"/> may send the request's grain calls again, whatever became of them.
/// </summary>
public static class OperationRequests
{
    /// <summary>Adds the retries of grain calls.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services) => services.AddSingleton<IOutgoingGrainCallFilter, CallRetries>();

    /// <summary>Adds the step; it needs the endpoint.</summary>
    public static WebApplication UseOperations(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            if (context.IsAct())
                OperationContext.Enter(Operation.New());
            else
                OperationContext.EnterReading();
            // What is set here reaches what the request calls, and ends with it.
            await next(context);
        });
        return app;
    }
}
