using System.Buffers;

namespace Audio.Orleans.Gateway.Hosting;

/// <summary>Gives each request an id that stands in the answer and in the logs; a caller may bring its own.</summary>
public static class RequestIds
{
    private const string Header = "X-Request-Id";
    private const int Longest = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:");

    /// <summary>Takes the caller's id where it is short and plain, and answers with the id.</summary>
    public static WebApplication UseRequestIds(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.Use((context, next) =>
        {
            if (context.Request.Headers.TryGetValue(Header, out var brought) && brought is [{ Length: > 0 and <= Longest } id] && !id.AsSpan().ContainsAnyExcept(Allowed))
                context.TraceIdentifier = id;
            // At the start of the answer: an exception's answer begins with headers of its own.
            context.Response.OnStarting(static state =>
            {
                var started = (HttpContext)state;
                started.Response.Headers[Header] = started.TraceIdentifier;
                return Task.CompletedTask;
            }, context);
            return next(context);
        });
        return app;
    }
}
