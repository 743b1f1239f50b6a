using AudioOrleans.Gateway.Operations;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace AudioOrleans.Gateway.Descriptions;

/// <summary>Adds the conventions' headers to the operations that accept them.</summary>
public sealed class ConventionHeaders : IOperationFilter
{
    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<TakesIdempotencyKey>().Any())
            Add(operation, Idempotency.Header, "1 to 255 visible ASCII characters; the same key and body within 24 h return the first response again.", Examples.Id);
        if (context.ApiDescription.HttpMethod == HttpMethods.Patch)
            Add(operation, HeaderNames.IfMatch, "The last known `ETag`: if it has changed since, nothing is changed (412).", "\"7-owner\"");
    }

    private static void Add(OpenApiOperation operation, string name, string description, string example)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = name,
            In = ParameterLocation.Header,
            Description = description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 },
            Example = example,
        });
    }
}
