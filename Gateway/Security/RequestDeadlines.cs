using AudioOrleans.Configuration;
using AudioOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace AudioOrleans.Gateway.Security;

/// <summary>The time limit of a request. Section <c>Timeouts</c>.</summary>
public sealed record DeadlineOptions : IValidatedOptions
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public static string Section => "Timeouts";

    /// <summary>
    /// From its headers to its response; setting <c>Timeouts__Request</c>, one minute by default. Media and events have no limit.
    /// </summary>
    public TimeSpan Request { get; init; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(Request >= Shortest && Request <= Longest, nameof(Request), Request, $"a duration such as 00:01:00, from {Shortest:c} to {Longest:c}");
    }
}

/// <summary>Ends requests that take too long, above all those whose body arrives just fast enough to pass the minimum data rate.</summary>
public static class RequestDeadlines
{
    private const string RetryAfterSeconds = "5";

    /// <summary>Adds the deadline.</summary>
    public static IServiceCollection AddRequestDeadlines(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<DeadlineOptions>(configuration);
        services.AddOptions<RequestTimeoutOptions>().Configure<DeadlineOptions>((timeouts, options) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = options.Request, WriteTimeoutResponse = AnswerAsync });
        return services.AddRequestTimeouts();
    }

    /// <summary>Sets the deadline for what follows, unless an endpoint overrides it. Placed after routing.</summary>
    public static WebApplication UseRequestDeadlines(this WebApplication app)
    {
        app.UseRequestTimeouts();
        app.Use(next => context =>
            context.Features.Get<IHttpRequestTimeoutFeature>() is { } deadline && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
                ? ReadUntilAsync(next, context, deadline.RequestTimeoutToken)
                : next(context));
        return app;
    }

    /// <summary>For responses that last as long as somebody listens.</summary>
    public static TBuilder WithoutDeadline<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new DisableRequestTimeoutAttribute());

    // The framework reads JSON without a cancellation token: a pending read of the body must be interrupted.
    private static async Task ReadUntilAsync(RequestDelegate next, HttpContext context, CancellationToken deadline)
    {
        await using (deadline.UnsafeRegister(static state => ((HttpContext)state!).Request.BodyReader.CancelPendingRead(), context))
            await next(context);
    }

    /// <summary>An incomplete body is the caller's fault, everything else is the server's.</summary>
    private static Task AnswerAsync(HttpContext context)
    {
        if (!HasArrived(context))
        {
            context.Response.Headers.Connection = "close"; // The rest of the body is not read (RFC 9110, section 15.5.9).
            return ProblemJson.Create(StatusCodes.Status408RequestTimeout, ProblemJson.TooSlow).ExecuteAsync(context);
        }
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        return ProblemJson.Create(StatusCodes.Status503ServiceUnavailable, "The platform is too busy to respond in time").ExecuteAsync(context);
    }

    private static bool HasArrived(HttpContext context)
    {
        try
        {
            return context.Request.BodyReader.TryRead(out var read) && read.IsCompleted;
        }
        catch (InvalidOperationException)
        {
            return false; // An interrupted read is still pending: the body is incomplete.
        }
    }
}
