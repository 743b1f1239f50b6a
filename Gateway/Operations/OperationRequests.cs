using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Grains.Interfaces.Operations;

namespace AudioOrleans.Gateway.Operations;

/// <summary>
/// Makes each request that may change something one operation, through the request context, and marks all other requests as reads.
/// <see cref="CallRetries"/> may then retry the request's grain calls, whatever their outcome.
/// </summary>
public static class OperationRequests
{
    /// <summary>Adds retries of grain calls.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services) => services.AddSingleton<IOutgoingGrainCallFilter, CallRetries>();

    /// <summary>Adds the middleware; it needs the endpoint, so it follows routing.</summary>
    public static WebApplication UseOperations(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            if (context.IsAct())
                OperationContext.Enter(Operation.New());
            else
                OperationContext.EnterReading();
            // The context set here flows to everything that the request calls, and ends with the request.
            await next(context);
        });
        return app;
    }
}
