using System.Text.Json;
using System.Text.RegularExpressions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace AudioOrleans.Gateway.Problems;

/// <summary>
/// The one error shape (RFC 9457): <c>type, title, status, detail</c>, and always <c>error</c>, <c>code</c> and <c>request_id</c>.
/// Exceptions become answers here and nowhere else; their text never reaches a client, but for what grains say to callers.
/// </summary>
public static partial class ProblemJson
{
    /// <summary>408: what there is to say of a request whose body did not come in time.</summary>
    public const string TooSlow = "The request did not arrive in time";

    private const string TooLarge = "The request is too large";
    private const int RetryAfterSeconds = 5;

    /// <summary>Adds the error shape.</summary>
    public static IServiceCollection AddProblemJson(this IServiceCollection services) =>
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context => Complete(context.HttpContext, context.ProblemDetails));

    /// <summary>Answers all failures below in the error shape.</summary>
    public static WebApplication UseProblemJson(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = HandleAsync,
            AllowStatusCode404Response = true, // It is meant, also where nobody is there any more to be sent it.
            SuppressDiagnosticsCallback = context => Translate(context.Exception) is not null,
        });
        app.UseStatusCodePages(context => context.HttpContext.RequestServices.GetRequiredService<IProblemDetailsService>()
            .WriteAsync(new ProblemDetailsContext { HttpContext = context.HttpContext, ProblemDetails = { Status = context.HttpContext.Response.StatusCode } }).AsTask());
        return app;
    }

    /// <summary>An error answer.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">One sentence for a person.</param>
    /// <param name="extensions">Further members, such as <c>reason</c>.</param>
    public static IResult Of(int status, string error, IEnumerable<KeyValuePair<string, object?>>? extensions = null) =>
        TypedResults.Problem(new ProblemDetails { Status = status, Detail = error, Extensions = new Dictionary<string, object?>(extensions ?? []) });

    /// <summary>400 with what is wrong with each field.</summary>
    public static IResult Invalid(IEnumerable<FieldProblem> problems)
    {
        var errors = problems.GroupBy(problem => problem.Field).ToDictionary(group => group.Key, group => group.Select(problem => problem.Message).ToArray());
        return Of(StatusCodes.Status400BadRequest, $"Invalid: {string.Join(", ", errors.Keys)}", [new("errors", errors)]);
    }

    /// <summary>429 with how long to wait.</summary>
    public static IResult TooMany(HttpContext context, string error, TimeSpan wait)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Of(StatusCodes.Status429TooManyRequests, error);
    }

    private static async Task HandleAsync(HttpContext context)
    {
        var exception = context.Features.Get<IExceptionHandlerFeature>()!.Error;
        var answer = Translate(exception) ?? Of(StatusCodes.Status500InternalServerError, "Something went wrong here; it is logged under the request id");
        if (exception is AudioException { Error: AudioError.Unavailable } or OrleansException or TimeoutException or OperationCanceledException)
            context.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        await answer.ExecuteAsync(context);
    }

    private static IResult? Translate(Exception exception) => exception switch
    {
        AudioException { Field: { } field } invalid => Invalid([new FieldProblem(field, invalid.Message)]),
        AudioException audio => Of(
            audio.Error switch
            {
                AudioError.NotFound => StatusCodes.Status404NotFound,
                AudioError.Forbidden => StatusCodes.Status403Forbidden,
                AudioError.Conflict or AudioError.AnswerLost => StatusCodes.Status409Conflict,
                AudioError.Invalid => StatusCodes.Status400BadRequest,
                AudioError.Stale => StatusCodes.Status412PreconditionFailed,
                _ => StatusCodes.Status503ServiceUnavailable,
            },
            audio.Message),
        // A call that was on its way to a silo that died can end as cancelled, though nobody cancelled it.
        OrleansException or OperationCanceledException => Of(StatusCodes.Status503ServiceUnavailable, "A part of the platform is not available"),
        TimeoutException => Of(StatusCodes.Status503ServiceUnavailable, "The platform is too busy to answer in time"),
        BadHttpRequestException { InnerException: UnknownEnumNameException word } => Invalid([new FieldProblem(FieldOf(word), word.Message)]),
        BadHttpRequestException { InnerException: JsonException json } => Invalid([new FieldProblem(FieldOf(json), "Expected valid JSON of the documented type.")]),
        BadHttpRequestException bad when Unbound().Match(bad.Message) is { Success: true } match =>
            Invalid([new FieldProblem(Json.Options.PropertyNamingPolicy!.ConvertName(match.Groups[1].Value), "Expected a value of the documented type.")]),
        BadHttpRequestException bad => Of(bad.StatusCode, bad.StatusCode switch
        {
            StatusCodes.Status408RequestTimeout => TooSlow,
            StatusCodes.Status413PayloadTooLarge => TooLarge,
            _ => "The request is malformed",
        }),
        _ => null,
    };

    private static string FieldOf(JsonException exception)
    {
        var path = exception.Path?.TrimStart('$', '.');
        return string.IsNullOrEmpty(path) ? "body" : path;
    }

    private static void Complete(HttpContext context, ProblemDetails problem)
    {
        problem.Status ??= context.Response.StatusCode;
        problem.Type ??= "about:blank"; // RFC 9457, section 4.2.1: the status says it all.
        problem.Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(problem.Status.Value);
        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status401Unauthorized => "A valid token is needed",
            StatusCodes.Status404NotFound => "There is nothing here",
            StatusCodes.Status405MethodNotAllowed => "This method is not allowed here",
            StatusCodes.Status408RequestTimeout => TooSlow,
            StatusCodes.Status413PayloadTooLarge => TooLarge,
            StatusCodes.Status415UnsupportedMediaType => "Expected the content type application/json, or multipart/form-data where a file is sent",
            _ => problem.Title,
        };
        problem.Extensions.Remove(Json.Options.PropertyNamingPolicy!.ConvertName("traceId"));
        problem.Extensions["error"] = problem.Detail;
        problem.Extensions["code"] = problem.Status;
        problem.Extensions["request_id"] = context.TraceIdentifier;
        if (problem.Status == StatusCodes.Status413PayloadTooLarge && context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is { } most)
            problem.Extensions.TryAdd("max_bytes", most);
    }

    /// <summary>How the framework says that a query or a header cannot be read; it says so in no other way.</summary>
    [GeneratedRegex("^Failed to bind parameter \".* (\\w+)\" from ")]
    private static partial Regex Unbound();
}
