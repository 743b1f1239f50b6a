using AudioOrleans.Grains.Interfaces;
using Microsoft.AspNetCore.Mvc;

namespace AudioOrleans.Gateway.Problems;

/// <summary>
/// Creates responses in the one error format (RFC 9457): <c>type, title, status, detail</c>, and always <c>error</c>, <c>code</c> and
/// <c>request_id</c> (<c>docs/errors.md</c>). <see cref="ExceptionAnswers"/> maps exceptions to them; <see cref="ProblemServices"/> adds the
/// common members.
/// </summary>
public static class ProblemJson
{
    /// <summary>408: the message for a request whose body did not arrive in time.</summary>
    public const string TooSlow = "The request did not arrive in time";

    /// <summary>413: the message for a body that is too large.</summary>
    internal const string TooLarge = "The request is too large";

    /// <summary>Creates an error response.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">One sentence for a human reader.</param>
    /// <param name="extensions">Further members, such as <c>reason</c>.</param>
    public static IResult Create(int status, string error, IEnumerable<KeyValuePair<string, object?>>? extensions = null) =>
        TypedResults.Problem(new ProblemDetails { Status = status, Detail = error, Extensions = new Dictionary<string, object?>(extensions ?? []) });

    /// <summary>403 with the scope that the caller's token lacks.</summary>
    public static IResult MissingScope(string scope) => Create(StatusCodes.Status403Forbidden, "The token lacks a scope", [new("missing_scope", scope)]);

    /// <summary>400 with the errors of each field: messages, and the same number of codes in the same order.</summary>
    public static IResult Invalid(IEnumerable<FieldProblem> problems)
    {
        var fields = problems.GroupBy(problem => problem.Field).ToList();
        return Create(StatusCodes.Status400BadRequest, $"Invalid: {string.Join(", ", fields.Select(field => field.Key))}",
        [
            new("errors", fields.ToDictionary(field => field.Key, field => field.Select(problem => problem.Message).ToArray())),
            // During a rolling update, a silo of the previous version may respond; it sends no codes.
            new("codes", fields.ToDictionary(field => field.Key, field => field.Select(problem => problem.Code ?? FieldCodes.Malformed).ToArray())),
        ]);
    }

    /// <summary>429 with the time to wait.</summary>
    public static IResult TooMany(HttpContext context, string error, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Create(StatusCodes.Status429TooManyRequests, error);
    }
}
