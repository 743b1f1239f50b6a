using System.Text.Json.Nodes;
using AudioOrleans.Grains.Interfaces;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace AudioOrleans.Gateway.Descriptions;

/// <summary>Describes the one error format (RFC 9457) with the platform's extension members.</summary>
public sealed class ProblemSchema : ISchemaFilter
{
    /// <inheritdoc/>
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        if (context.Type != typeof(ProblemDetails) || schema is not OpenApiSchema problem)
            return;
        problem.Description = "An error of any kind (RFC 9457). `error`, `code` and `request_id` are always present.";
        problem.AdditionalPropertiesAllowed = true;
        problem.AdditionalProperties = null;
        problem.Required = new SortedSet<string>(StringComparer.Ordinal) { "type", "title", "status", "detail", "error", "code", "request_id" };
        problem.Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("The kind of problem, as a URI.", "https://tools.ietf.org/html/rfc9110#section-15.5.5"),
            ["title"] = Text("The status in words.", "Not Found"),
            ["status"] = Number("The HTTP status.", 404),
            ["detail"] = Text("The same as `error`.", "Stream not found"),
            ["error"] = Text("A message for people.", "Stream not found"),
            ["code"] = Number("The HTTP status.", 404),
            ["request_id"] = Text("The id of the request in the logs.", "0HNQ7LFBKOARJ:00000001"),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object, Description = "What is wrong with each field; for 400.",
                Examples = [new JsonObject { ["name"] = new JsonArray("Expected the station's name.") }],
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
            ["codes"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = $"A stable code for each message of `errors`, in the same order: {string.Join(", ", FieldCodes.All.Select(code => $"`{code}`"))}. Others may be added; `docs/errors.md` explains them.",
                Examples = [new JsonObject { ["name"] = new JsonArray(FieldCodes.Required) }],
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
            ["missing_scope"] = Text("The scope that the token lacks; for 403.", "streams:write"),
            ["subscription_required"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Whether a subscription is missing; for 403." },
            ["plans_url"] = Text("Where the plans are; for 403.", $"/v1/monetization/plans?owner={Examples.Id}"),
            ["code_required"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Whether the second factor's code is missing or wrong; for 401." },
            ["email_unverified"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Whether the e-mail address is not verified yet; for 403." },
            ["reason"] = Text("A stable code for why a source cannot be used; for 422.", "unreachable"),
            ["max_bytes"] = Number("The maximum size of a body; for 413.", 1_048_576),
        };
    }

    private static OpenApiSchema Text(string description, string example) => new() { Type = JsonSchemaType.String, Description = description, Examples = [JsonValue.Create(example)] };

    private static OpenApiSchema Number(string description, int example) =>
        new() { Type = JsonSchemaType.Integer, Format = "int32", Description = description, Examples = [JsonValue.Create(example)] };
}
