using AudioOrleans.Gateway.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace AudioOrleans.Gateway.Descriptions;

/// <summary>Describes which credentials each operation accepts, and which scope it requires.</summary>
public sealed class Securities : IOperationFilter
{
    /// <summary>An access token.</summary>
    public const string Bearer = "bearer";

    /// <summary>An API key.</summary>
    public const string ApiKey = "api_key";

    /// <summary>A token in the address of one stream's media.</summary>
    public const string MediaToken = "media_token";

    /// <summary>A stream's relay token.</summary>
    public const string RelayToken = "relay_token";

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        var (isOptional, schemes) = For(metadata, context.ApiDescription.RelativePath ?? "");
        operation.Security = [.. isOptional && schemes.Length > 0 ? [new OpenApiSecurityRequirement()] : Array.Empty<OpenApiSecurityRequirement>(),
            .. schemes.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] })];
        if (ScopeOf(metadata) is { } scope)
            operation.Description = scope == Scopes.OwnSession ? "Needs a login; an API key is not enough." : $"Needs the scope `{scope}`.";
    }

    /// <summary>Whether an operation is refused without credentials.</summary>
    internal static bool IsRequired(IList<object> metadata) => metadata.OfType<IAuthorizeData>().Any();

    /// <summary>Whether credentials are checked if they are sent.</summary>
    internal static bool AreTaken(IList<object> metadata, string path) => For(metadata, path).Schemes.Length > 0;

    private static (bool IsOptional, string[] Schemes) For(IList<object> metadata, string path)
    {
        if (metadata.OfType<TakesOtherCredentials>().FirstOrDefault() is { } other)
            return other.Scheme is { } scheme ? (false, [scheme]) : (true, []);
        if (metadata.OfType<MediaResource>().Any())
            return (true, [Bearer, ApiKey, MediaToken]);
        if (IsRequired(metadata))
            return (false, ScopeOf(metadata) == Scopes.OwnSession ? [Bearer] : [Bearer, ApiKey]);
        if (metadata.OfType<TakesCredentials>().Any())
            return (true, [Bearer, ApiKey]);
        return (true, path.StartsWith("v1/", StringComparison.Ordinal) && !path.StartsWith("v1/health", StringComparison.Ordinal) ? [Bearer, ApiKey] : []);
    }

    private static string? ScopeOf(IList<object> metadata) => metadata.OfType<IAuthorizeData>().Select(data => data.Policy).LastOrDefault(policy => policy is not null);
}
