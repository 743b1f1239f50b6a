using System.Globalization;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Media;

/// <summary>Maps failures to receive or send files to error responses: the only place for exceptions of the object store and of ingest.</summary>
public static class StoreFaults
{
    private const string RetryAfterSeconds = "5";

    /// <summary>Adds this error handling to all routes of a group.</summary>
    public static RouteGroupBuilder AnswerStoreFaults(this RouteGroupBuilder routes) => routes.AddEndpointFilter(async (context, next) =>
    {
        try
        {
            return await next(context);
        }
        catch (Exception exception) when (!context.HttpContext.Response.HasStarted && ToAnswer(exception, context.HttpContext) is not null)
        {
            return ToAnswer(exception, context.HttpContext)!;
        }
    });

    /// <summary>The error response for an exception; null when it is none of these.</summary>
    public static IResult? ToAnswer(Exception exception, HttpContext context)
    {
        switch (exception)
        {
            case FileRefusedException refused:
                return ProblemJson.Create(StatusCodes.Status422UnprocessableEntity, refused.Message, [new("reason", refused.Reason)]);
            case FileTooLargeException tooLarge:
                return TooLarge(tooLarge.MaxBytes);
            case FileRacedException raced:
                return ProblemJson.Create(StatusCodes.Status409Conflict, raced.Message);
            case ObjectStoreUnavailableException:
                return Unavailable(context, "The object store is not available");
            case ScannerUnavailableException:
                return Unavailable(context, "The virus scanner is not available");
            default:
                return null;
        }
    }

    /// <summary>413: a file exceeds the size limit.</summary>
    public static IResult TooLarge(long maxBytes) => ProblemJson.Create(
        StatusCodes.Status413PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"The file is too large; expected at most {maxBytes / (1024 * 1024.0):0.##} MiB"), [new("max_bytes", maxBytes)]);

    private static IResult Unavailable(HttpContext context, string error)
    {
        context.Response.Headers.Clear();
        context.Response.Headers.RetryAfter = RetryAfterSeconds;
        context.Response.Headers.CacheControl = "no-store";
        return ProblemJson.Create(StatusCodes.Status503ServiceUnavailable, error);
    }
}
