using System.Buffers;

namespace AudioOrleans.Gateway.Hosting;

/// <summary>Gives each request an id for its response and the logs; a caller may supply its own.</summary>
public static class RequestIds
{
    private const string Header = "X-Request-Id";
    private const int Longest = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    /// <summary>Takes the caller's id if it is short and plain, and returns the id in the response.</summary>
    public static WebApplication UseRequestIds(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RequestIds).FullName!);
        app.Use(async (context, next) =>
        {
            Take(context);
            // When the response starts, because the exception handler begins by clearing the headers.
            context.Response.OnStarting(static state =>
            {
                Answer((HttpContext)state);
                return Task.CompletedTask;
            }, context);
            using (logger.BeginScope("RequestId:{RequestId} RequestPath:{RequestPath}", context.TraceIdentifier, context.Request.Path.Value))
                await next(context);
        });
        return app;
    }

    /// <summary>Takes the caller's id if it is short and plain.</summary>
    internal static void Take(HttpContext context)
    {
        if (context.Request.Headers.TryGetValue(Header, out var brought) && brought is [{ Length: > 0 and <= Longest } id] && !id.AsSpan().ContainsAnyExcept(Allowed))
            context.TraceIdentifier = id;
    }

    /// <summary>Adds the id to the response.</summary>
    internal static void Answer(HttpContext context) => context.Response.Headers[Header] = context.TraceIdentifier;
}
