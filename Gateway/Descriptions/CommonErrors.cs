using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace AudioOrleans.Gateway.Descriptions;

/// <summary>Adds to each operation the errors that come from middleware, and describes every error.</summary>
public sealed class CommonErrors : IOperationFilter
{
    private static readonly Dictionary<string, string> Meanings = new()
    {
        ["400"] = "Malformed or invalid; `errors` and `codes` describe what is wrong with each field.",
        ["401"] = "The credentials are missing or invalid.",
        ["403"] = "The resource belongs to somebody else, a scope is missing (`missing_scope`), or a subscription is missing (`subscription_required`, `plans_url`).",
        ["404"] = "The resource does not exist.",
        ["408"] = "The body did not arrive in time.",
        ["409"] = "The resource already exists, is in a state that does not allow this, or was already changed by this same request, whose answer was lost.",
        ["412"] = "The resource has been changed since: `If-Match` names another version.",
        ["413"] = "The body is larger than `max_bytes`.",
        ["415"] = "The body does not have the expected content type.",
        ["416"] = "The range is outside the file; `Content-Range` has the length of the file.",
        ["422"] = "Well-formed, but the source, address or upload that it names cannot be used; `reason` is a stable code.",
        ["429"] = "Too many requests, or too many failures; wait for `Retry-After`.",
        ["460"] = "The bytes do not match `Upload-Checksum`; all of them are discarded.",
        ["503"] = "A part of the platform is not available now; try again after `Retry-After`.",
    };

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var path = context.ApiDescription.RelativePath ?? "";
        operation.Responses ??= [];
        foreach (var status in For(metadata, path, context.ApiDescription.HttpMethod, operation))
            operation.Responses.TryAdd(status, new OpenApiResponse { Content = ProblemContent(context) });
        foreach (var (status, response) in operation.Responses.ToList())
        {
            if (response is not OpenApiResponse described || !Meanings.TryGetValue(status, out var meaning))
                continue;
            described.Description = meaning;
            if (status is "429" or "503")
            {
                described.Headers ??= new Dictionary<string, IOpenApiHeader>();
                described.Headers["Retry-After"] = new OpenApiHeader { Description = "Seconds to wait.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } };
            }
        }
        var sorted = operation.Responses.OrderBy(response => response.Key, StringComparer.Ordinal).ToList();
        operation.Responses.Clear();
        foreach (var (status, response) in sorted)
            operation.Responses.Add(status, response);
    }

    private static IEnumerable<string> For(IList<object> metadata, string path, string? method, OpenApiOperation operation)
    {
        var isApi = path.StartsWith("v1/", StringComparison.Ordinal);
        if (Securities.AreTaken(metadata, path))
            yield return "401";
        if (Securities.IsRequired(metadata))
            yield return "403";
        if (path.Contains('{', StringComparison.Ordinal))
            yield return "404";
        if (operation.RequestBody is not null || operation.Parameters?.Any(parameter => parameter.Name == "limit") == true)
            yield return "400";
        if (method != HttpMethods.Get)
            yield return "409";
        if (operation.RequestBody is not null)
        {
            yield return "408";
            yield return "413";
            yield return "415";
        }
        if (isApi && !metadata.OfType<DisableRateLimitingAttribute>().Any())
        {
            yield return "429";
            yield return "503";
        }
    }

    private static Dictionary<string, OpenApiMediaType> ProblemContent(OperationFilterContext context) => new()
    {
        ["application/problem+json"] = new OpenApiMediaType { Schema = context.SchemaGenerator.GenerateSchema(typeof(ProblemDetails), context.SchemaRepository) },
    };
}
