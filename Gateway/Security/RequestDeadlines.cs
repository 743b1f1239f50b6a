using AudioOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace AudioOrleans.Gateway.Security;

/// <summary>How long a request may take.</summary>
public sealed record DeadlineOptions
{
    /// <summary>From its headers to its answer; setting <c>Timeouts__Request</c>, a minute unless told. Media and events are without.</summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Reads the settings.</summary>
    /// <exception cref="ArgumentException">It is no duration; the message names it.</exception>
    public static DeadlineOptions Read(IConfiguration configuration) => new()
    {
        Request = Settings.Duration(configuration, "Timeouts:Request", new DeadlineOptions().Request, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
    };
}

/// <summary>Ends requests that take too long, above all those whose body comes just quickly enough not to be cut.</summary>
public static class RequestDeadlines
{
    private const string RetryAfterSeconds = "5";

    /// <summary>Adds the deadline.</summary>
    public static IServiceCollection AddRequestDeadlines(this IServiceCollection services, IConfiguration configuration)
    {
        var options = DeadlineOptions.Read(configuration);
        return services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = options.Request, WriteTimeoutResponse = AnswerAsync });
    }

    /// <summary>Sets the deadline for what follows, unless an endpoint says otherwise. Stands behind routing.</summary>
    public static WebApplication UseRequestDeadlines(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseRequestTimeouts();
        app.Use(next => context =>
            context.Features.Get<IHttpRequestTimeoutFeature>() is { } deadline && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
                ? ReadUntilAsync(next, context, deadline.RequestTimeoutToken)
                : next(context));
        return app;
    }

    /// <summary>For what goes on for as long as somebody listens.</summary>
    public static TBuilder WithoutDeadline<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new DisableRequestTimeoutAttribute());

    // The framework reads JSON without a token: whoever waits for more of a body has to be woken.
    private static async Task ReadUntilAsync(RequestDelegate next, HttpContext context, CancellationToken deadline)
    {
        await using (deadline.UnsafeRegister(static state => ((HttpContext)state!).Request.BodyReader.CancelPendingRead(), context))
            await next(context);
    }

    /// <summary>A body that did not come is the caller's fault, all else is ours.</summary>
    private static Task AnswerAsync(HttpContext context)
    {
        if (!HasArrived(context))
        {
            context.Response.Headers.Connection = "close"; // The rest of it is not wanted any more (RFC 9110, section 15.5.9).
            return ProblemJson.Of(StatusCodes.Status408RequestTimeout, ProblemJson.TooSlow).ExecuteAsync(context);
        }
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return ProblemJson.Of(StatusCodes.Status503ServiceUnavailable, "The platform is too busy to answer in time").ExecuteAsync(context);
    }

    private static bool HasArrived(HttpContext context)
    {
        try
        {
            return context.Request.BodyReader.TryRead(out var read) && read.IsCompleted;
        }
        catch (InvalidOperationException)
        {
            return false; // A read that was woken is still open: it waited for more.
        }
    }
}
