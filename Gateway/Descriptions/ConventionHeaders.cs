using Audio.Orleans.Gateway.Conventions;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace Audio.Orleans.Gateway.Descriptions;

/// <summary>Puts the headers of the conventions into the description of the operations that take them.</summary>
public sealed class ConventionHeaders : IOperationFilter
{
    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(context);
        if (!context.ApiDescription.ActionDescriptor.EndpointMetadata.OfType<TakesIdempotencyKey>().Any())
            return;
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = Idempotency.Header,
            In = ParameterLocation.Header,
            Description = "1 to 255 visible ASCII characters; the same key and body within 24 h give the first answer again.",
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 },
            Example = Examples.Id,
        });
    }
}
