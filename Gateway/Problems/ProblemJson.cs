using AudioOrleans.Grains.Interfaces;
using Microsoft.AspNetCore.Mvc;

namespace AudioOrleans.Gateway.Problems;

/// <summary>
/// Makes answers of the one error shape (RFC 9457): <c>type, title, status, detail</c>, and always <c>error</c>, <c>code</c> and <c>request_id</c>
/// (<c>docs/errors.md</c>). Exceptions become such answers in <see cref="ExceptionAnswers"/>; <see cref="ProblemServices"/> adds what all have.
/// </summary>
public static class ProblemJson
{
    /// <summary>408: what there is to say of a request whose body did not come in time.</summary>
    public const string TooSlow = "The request did not arrive in time";

    /// <summary>413: what there is to say of a body that is too large.</summary>
    internal const string TooLarge = "The request is too large";

    /// <summary>An error answer.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">One sentence for a person.</param>
    /// <param name="extensions">Further members, such as <c>reason</c>.</param>
    public static IResult Create(int status, string error, IEnumerable<KeyValuePair<string, object?>>? extensions = null) =>
        TypedResults.Problem(new ProblemDetails { Status = status, Detail = error, Extensions = new Dictionary<string, object?>(extensions ?? []) });

    /// <summary>400 with what is wrong with each field: sentences, and as many codes in the same order.</summary>
    public static IResult Invalid(IEnumerable<FieldProblem> problems)
    {
        var fields = problems.GroupBy(problem => problem.Field).ToList();
        return Create(StatusCodes.Status400BadRequest, $"Invalid: {string.Join(", ", fields.Select(field => field.Key))}",
        [
            new("errors", fields.ToDictionary(field => field.Key, field => field.Select(problem => problem.Message).ToArray())),
            // During an update a silo of the last version may answer, which has no codes.
            new("codes", fields.ToDictionary(field => field.Key, field => field.Select(problem => problem.Code ?? FieldCodes.Malformed).ToArray())),
        ]);
    }

    /// <summary>429 with how long to wait.</summary>
    public static IResult TooMany(HttpContext context, string error, TimeSpan wait)
    {
        context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Create(StatusCodes.Status429TooManyRequests, error);
    }
}
