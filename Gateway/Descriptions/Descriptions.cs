using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace AudioOrleans.Gateway.Descriptions;

/// <summary>
/// The OpenAPI document at <c>/swagger/v1/swagger.json</c> (and <c>.yaml</c>), a page for it at <c>/swagger</c>, and a Postman collection. All of
/// it is generated from the running code; <c>./audio docs</c> writes it to <c>docs/</c>.
/// </summary>
public static class Descriptions
{
    /// <summary>The document's name.</summary>
    public const string Document = "v1";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private const string About = """
        Live relays of Icecast and SHOUTcast sources to HLS and MP3, uploads, playlists and podcasts, with accounts, API keys and an audit trail.

        Log in to get a token and send it as `Authorization: Bearer`, or create an API key and send it as `X-Api-Key`. Lists take `limit` and
        `cursor`. POSTs that create take `Idempotency-Key`, PATCHes take `If-Match`. Every error has the format of `Problem`.
        """;

    /// <summary>Adds the document.</summary>
    public static IServiceCollection AddDescriptions(this IServiceCollection services) => services.AddEndpointsApiExplorer().AddSwaggerGen(options =>
    {
        options.SwaggerDoc(Document, new OpenApiInfo { Title = "Audio.Orleans", Version = "v1", Description = About, License = new OpenApiLicense { Name = "MIT" } });
        options.SupportNonNullableReferenceTypes();
        options.CustomSchemaIds(SchemaNames.For);
        options.CustomOperationIds(operation => OperationNames.For(operation));
        foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "Audio.Orleans.*.xml"))
            options.IncludeXmlComments(file);
        options.AddSecurityDefinition(Securities.Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT", Description = "An access token of `POST /v1/auth/login`.",
        });
        options.AddSecurityDefinition(Securities.ApiKey, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = "X-Api-Key", Description = "A key of `POST /v1/api-keys`.",
        });
        options.AddSecurityDefinition(Securities.MediaToken, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Query, Name = "token", Description = "A token of `POST /v1/streams/{streamId}/media-token`, for players that send no headers.",
        });
        options.AddSecurityDefinition(Securities.RelayToken, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A stream's `relay_token`.",
        });
        options.OperationFilter<Parameters>();
        options.OperationFilter<ConventionHeaders>();
        options.OperationFilter<Securities>();
        options.OperationFilter<CommonErrors>();
        options.SchemaFilter<ProblemSchema>();
        options.SchemaFilter<Examples>();
    });

    /// <summary>Serves the document, the page and the collection.</summary>
    public static WebApplication UseDescriptions(this WebApplication app)
    {
        app.UseSwagger(options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1);
        app.MapGet($"/swagger/{Document}/postman_collection.json", (ISwaggerProvider documents) =>
            TypedResults.Text(PostmanCollection.From(documents.GetSwagger(Document)).ToJsonString(Readable), "application/json")).ExcludeFromDescription();
        app.UseSwaggerUI(options => options.SwaggerEndpoint($"/swagger/{Document}/swagger.json", "Audio.Orleans v1"));
        return app;
    }
}
