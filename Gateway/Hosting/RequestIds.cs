using System.Buffers;

namespace AudioOrleans.Gateway.Hosting;

/// <summary>Gives each request an id that stands in the answer and in the logs; a caller may bring its own.</summary>
public static class RequestIds
{
    private const string Header = "X-Request-Id";
    private const int Longest = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    /// <summary>Takes the caller's id where it is short and plain, and answers with the id.</summary>
    public static WebApplication UseRequestIds(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(RequestIds).FullName!);
        app.Use(async (context, next) =>
        {
            Take(context);
            // At the start of the answer: an exception's answer begins with headers of its own.
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

    /// <summary>Takes the caller's id where it is short and plain.</summary>
    internal static void Take(HttpContext context)
    {
        if (context.Request.Headers.TryGetValue(Header, out var brought) && brought is [{ Length: > 0 and <= Longest } id] && !id.AsSpan().ContainsAnyExcept(Allowed))
            context.TraceIdentifier = id;
    }

    /// <summary>Answers with the id.</summary>
    internal static void Answer(HttpContext context) => context.Response.Headers[Header] = context.TraceIdentifier;
}
