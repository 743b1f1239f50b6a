using AudioOrleans.Gateway.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;

namespace AudioOrleans.Gateway.Problems;

/// <summary>
/// Sets up the one error format in the gateway: for exceptions, for status codes without a body, and with the members that every error has.
/// </summary>
public static class ProblemServices
{
    /// <summary>Adds the error format.</summary>
    public static IServiceCollection AddProblemJson(this IServiceCollection services) => services
        .AddExceptionHandler<ExceptionAnswers>()
        .AddProblemDetails(options => options.CustomizeProblemDetails = context => Complete(context.HttpContext, context.ProblemDetails));

    /// <summary>Converts all failures of the middleware that follows to the error format.</summary>
    public static WebApplication UseProblemJson(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            AllowStatusCode404Response = true, // A 404 is intended here, even when the client has disconnected.
            SuppressDiagnosticsCallback = context => ExceptionAnswers.IsExpected(context.Exception),
        });
        app.UseStatusCodePages(context => context.HttpContext.RequestServices.GetRequiredService<IProblemDetailsService>()
            .WriteAsync(new ProblemDetailsContext { HttpContext = context.HttpContext, ProblemDetails = { Status = context.HttpContext.Response.StatusCode } }).AsTask());
        return app;
    }

    private static void Complete(HttpContext context, ProblemDetails problem)
    {
        problem.Status ??= context.Response.StatusCode;
        problem.Type ??= "about:blank"; // RFC 9457, section 4.2.1: no meaning beyond the status code.
        problem.Title = Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(problem.Status.Value);
        problem.Detail ??= problem.Status switch
        {
            StatusCodes.Status401Unauthorized => "A valid token is needed",
            StatusCodes.Status404NotFound => "There is nothing here",
            StatusCodes.Status405MethodNotAllowed => "This method is not allowed here",
            StatusCodes.Status408RequestTimeout => ProblemJson.TooSlow,
            StatusCodes.Status413PayloadTooLarge => ProblemJson.TooLarge,
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
}
