using System.Text.Json;
using System.Text.RegularExpressions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces;
using Microsoft.AspNetCore.Diagnostics;

namespace AudioOrleans.Gateway.Problems;

/// <summary>
/// The one place where exceptions become error responses. Their messages never reach a client, except those that grains address to callers
/// (<see cref="AudioException"/>).
/// </summary>
public sealed partial class ExceptionAnswers : IExceptionHandler
{
    private const int RetryAfterSeconds = 5;

    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var answer = Translate(exception) ?? ProblemJson.Create(StatusCodes.Status500InternalServerError, "An internal error occurred; it is logged under the request id");
        if (exception is AudioException { Error: AudioError.Unavailable } or OrleansException or TimeoutException or OperationCanceledException)
            httpContext.Response.Headers.RetryAfter = $"{RetryAfterSeconds}";
        await answer.ExecuteAsync(httpContext);
        return true;
    }

    /// <summary>Whether an exception is an expected outcome that need not be logged.</summary>
    internal static bool IsExpected(Exception exception) => Translate(exception) is not null;

    private static IResult? Translate(Exception exception) => exception switch
    {
        AudioException { Field: { } field } invalid => Invalid(field, invalid.Message, invalid.Code!),
        AudioException audio => ProblemJson.Create(
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
        // A call on its way to a silo that died can end as cancelled, although nobody cancelled it.
        OrleansException or OperationCanceledException => ProblemJson.Create(StatusCodes.Status503ServiceUnavailable, "A part of the platform is not available"),
        TimeoutException => ProblemJson.Create(StatusCodes.Status503ServiceUnavailable, "The platform is too busy to respond in time"),
        BadHttpRequestException { InnerException: UnknownEnumNameException word } => Invalid(FieldOf(word), word.Message, FieldCodes.UnknownValue),
        BadHttpRequestException { InnerException: JsonException json } => Invalid(FieldOf(json), "Expected valid JSON of the documented type.", CodeOf(json)),
        BadHttpRequestException bad when Unbound().Match(bad.Message) is { Success: true } match =>
            Invalid(Json.Options.PropertyNamingPolicy!.ConvertName(match.Groups[1].Value), "Expected a value of the documented type.", FieldCodes.WrongType),
        BadHttpRequestException bad => ProblemJson.Create(bad.StatusCode, bad.StatusCode switch
        {
            StatusCodes.Status408RequestTimeout => ProblemJson.TooSlow,
            StatusCodes.Status413PayloadTooLarge => ProblemJson.TooLarge,
            _ => "The request is malformed",
        }),
        _ => null,
    };

    private static IResult Invalid(string field, string message, string code) => ProblemJson.Invalid([new FieldProblem(field, message, code)]);

    private static string FieldOf(JsonException exception)
    {
        var path = exception.Path?.TrimStart('$', '.');
        return string.IsNullOrEmpty(path) ? "body" : path;
    }

    // Syntax errors of the JSON reader are wrapped in an exception of the serializer; other errors come from the serializer itself.
    private static string CodeOf(JsonException exception) => exception.InnerException is JsonException ? FieldCodes.InvalidJson : FieldCodes.WrongType;

    /// <summary>
    /// The framework's message for a query or header value that cannot be bound; it offers no other way to recognize the error.
    /// </summary>
    [GeneratedRegex("^Failed to bind parameter \".* (\\w+)\" from ")]
    private static partial Regex Unbound();
}
