using Audio.Orleans.Gateway.Conventions;
using Microsoft.OpenApi;

namespace Audio.Orleans.Gateway.Hosting;

/// <summary>The OpenAPI document and its page at <c>/swagger</c>.</summary>
public static class Descriptions
{
    /// <summary>Adds the document.</summary>
    public static IServiceCollection AddDescriptions(this IServiceCollection services) => services.AddEndpointsApiExplorer().AddSwaggerGen(options =>
    {
        options.SwaggerDoc("v1", new OpenApiInfo { Title = "Audio.Orleans", Version = "v1", Description = "Live relays of Icecast and SHOUTcast sources to HLS and MP3." });
        options.SupportNonNullableReferenceTypes();
        options.OperationFilter<ConventionHeaders>();
        options.CustomOperationIds(operation =>
        {
            var name = operation.ActionDescriptor.EndpointMetadata.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName;
            // One endpoint answers both methods; ids are unique.
            return operation.HttpMethod == HttpMethods.Head ? $"{name}.head" : name;
        });
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "Audio.Orleans.*.xml"))
            options.IncludeXmlComments(file);
        options.AddSecurityDefinition("bearer", new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" });
        options.AddSecurityRequirement(document => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] });
    });

    /// <summary>Serves document and page.</summary>
    public static WebApplication UseDescriptions(this WebApplication app)
    {
        app.UseSwagger();
        app.UseSwaggerUI(options => options.SwaggerEndpoint("/swagger/v1/swagger.json", "Audio.Orleans v1"));
        return app;
    }
}
