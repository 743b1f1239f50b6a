using Audio.Orleans.Gateway.Problems;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Audio.Orleans.Gateway.Defence;

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
        app.UseRequestTimeouts();
        return app;
    }

    /// <summary>For what goes on for as long as somebody listens.</summary>
    public static TBuilder WithoutDeadline<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new DisableRequestTimeoutAttribute());

    /// <summary>A body that did not come is the caller's fault, all else is ours.</summary>
    private static Task AnswerAsync(HttpContext context)
    {
        if (!HasArrived(context))
            return ProblemJson.Of(StatusCodes.Status408RequestTimeout, ProblemJson.TooSlow).ExecuteAsync(context);
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
            return true; // Whoever read it is done with it.
        }
    }
}
