using AudioOrleans.Gateway.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace AudioOrleans.Gateway.Descriptions;

/// <summary>The names of operations: those of their endpoints, which the audit trail uses as well.</summary>
public static class OperationNames
{
    /// <summary>The name of an operation.</summary>
    public static string? For(ApiDescription operation)
    {
        var name = operation.ActionDescriptor.EndpointMetadata.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName;
        // One endpoint serves both methods, but names must be unique.
        return operation.HttpMethod == HttpMethods.Head ? $"{name}.head" : name;
    }
}

/// <summary>The names of schemas in the document, chosen for its readers.</summary>
public static class SchemaNames
{
    /// <summary>The name of a type: <c>Problem</c> for the error format, <c>StreamList</c> for a list of streams.</summary>
    public static string For(Type type)
    {
        if (type == typeof(ProblemDetails))
            return "Problem";
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ListResponse<>))
            return $"{For(type.GetGenericArguments()[0])}List";
        return type.Name.EndsWith("Response", StringComparison.Ordinal) ? type.Name[..^"Response".Length] : type.Name;
    }
}
