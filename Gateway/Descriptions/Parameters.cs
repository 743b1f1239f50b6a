using System.Text.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace AudioOrleans.Gateway.Descriptions;

/// <summary>
/// Describes the parameters of addresses: each route parameter, whether it is bound or read by the handler itself, and queries by their
/// documented names. Also gives an endpoint's own summary precedence over its handler's comment.
/// </summary>
public sealed class Parameters : IOperationFilter
{
    private static readonly Dictionary<string, (string Description, string Example)> Words = new()
    {
        ["streamId"] = ("The stream's id.", Examples.Id),
        ["uploadId"] = ("The upload's id.", Examples.Id),
        ["playlistId"] = ("The playlist's id.", Examples.Id),
        ["podcastId"] = ("The podcast's id.", Examples.Id),
        ["domainId"] = ("The domain's id.", Examples.Id),
        ["planId"] = ("The plan's id.", Examples.Id),
        ["subscriptionId"] = ("The subscription's id.", Examples.Id),
        ["monetization.list_plans owner"] = ("The account that earns by the plans.", Examples.Id),
        ["episodeId"] = ("The episode's id.", Examples.Id),
        ["accountId"] = ("The subscriber's account.", Examples.Id),
        ["language"] = ("The transcript's language (BCP 47).", "en"),
        ["feed_token"] = ("A subscriber's feed token.", "c556daae88b54997a5ba8503669a036f5d52dabffccea642224a8c3e24cb6da495562ae18bfbf0d8a7111a15b93eadd2"),
        ["archive"] = ("A page of older episodes, from 1, the oldest.", "1"),
        ["picture"] = ("The size in pixels and the format: `150`, `600` or `3000`, and `.jpg` or `.webp`.", "600.jpg"),
        ["v"] = ("The cover's version, as responses name it; without it, caches ask each time.", "01990c1e7d5a7c3e9b0a3f6a5a0b1c2d"),
        ["renditions"] = ("AAC bit rates to offer besides the file's own, in kbit/s: at most four.", "64,128"),
        ["target_lufs"] = ("The target loudness in LUFS (EBU R 128); unchanged by default.", "-16"),
        ["extension"] = ("`mp3`, or the extension of the original file.", "mp3"),
        ["name"] = ("A track's name in the HLS playlist.", "916e640bbd294cabd2ef"),
        ["t"] = ("The start position, in seconds.", "90.5"),
        ["uploads.get_hls file"] = ("`manifest.m3u8`, or a file that it lists.", "manifest.m3u8"),
        ["uploads.get_hls.head file"] = ("`manifest.m3u8`, or a file that it lists.", "manifest.m3u8"),
        ["playlists.get_segment file"] = ("A segment's name, as the HLS playlist lists it.", "source-00000.ts"),
        ["playlists.get_segment.head file"] = ("A segment's name, as the HLS playlist lists it.", "source-00000.ts"),
        ["userId"] = ("The account's id.", Examples.Id),
        ["keyId"] = ("The API key's id.", Examples.Id),
        ["jobId"] = ("The job's id.", Examples.Id),
        ["provider"] = ("Where the person signs in: `google` or `github`.", "github"),
        ["return_to"] = ("The page that gets the result in the fragment: a path on this host, or an address of an origin that may call the API.", "/account"),
        ["role"] = ("The role of a new account: `dj` (the default) or `listener`.", "dj"),
        ["code"] = ("The code that the provider issues for a sign-in; valid once.", "4/0AX4XfWh"),
        ["queue"] = ("The queue, as the stats name it.", "uploads"),
        ["n"] = ("How many jobs, 1 to 100; 10 by default.", "10"),
        ["state"] = ("The sealed state that the platform sent to the provider; valid for ten minutes in the browser that started the sign-in.", "AQAAAAAAAAAAAAAAAAAAAA"),
        ["jobs.peek state"] = ("Which jobs: `queued`, the default, or `dead`.", "dead"),
        ["error"] = ("The provider's error if there is no code.", "access_denied"),
        ["file"] = ("A segment's name, as the playlist lists it.", "295417203.ts"),
        ["session"] = ("Identifies the player, so that two players at one address count as two; at most 100 characters.", "kitchen"),
        ["limit"] = ("How many items, 1 to 200; 50 by default.", "50"),
        ["owner"] = ("`me`: only the caller's own.", "me"),
        ["cursor"] = ("The `next_cursor` of the last response.", "NjM5"),
        ["email"] = ("Only the account with this address.", "dj@example.org"),
        ["actor"] = ("Only what the account with this id did.", Examples.Id),
        ["resource"] = ("Only what was done to this resource.", $"stream/{Examples.Id}"),
        ["action"] = ("Only this operation.", "streams.update"),
    };

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
        operation.Summary = metadata.OfType<IEndpointSummaryMetadata>().LastOrDefault()?.Summary ?? operation.Summary;
        operation.Parameters ??= [];
        foreach (var name in RouteParameters(context.ApiDescription.RelativePath ?? "").Where(name => operation.Parameters.All(parameter => parameter.Name != name)))
            operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Path, Required = true, Schema = SchemaOf(name) });
        foreach (var query in metadata.OfType<TakesQuery>())
            operation.Parameters.Add(new OpenApiParameter { Name = query.Name, In = ParameterLocation.Query, Schema = SchemaOf(query.Name) });
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>())
        {
            parameter.Name = JsonNamingPolicy.CamelCase.ConvertName(parameter.Name!);
            if (parameter.In == ParameterLocation.Query)
                parameter.Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name);
            // A parameter with a special meaning in one operation has its own text there.
            if (Words.TryGetValue($"{operation.OperationId} {parameter.Name}", out var words) || Words.TryGetValue(parameter.Name, out words))
                (parameter.Description, parameter.Example) = (words.Description, parameter.Schema?.Type == JsonSchemaType.Integer ? int.Parse(words.Example, System.Globalization.CultureInfo.InvariantCulture) : words.Example);
        }
    }

    private static OpenApiSchema SchemaOf(string name) => new() { Type = JsonSchemaType.String, Format = name.EndsWith("Id", StringComparison.Ordinal) ? "uuid" : null };

    private static IEnumerable<string> RouteParameters(string path) =>
        path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}').Split(':')[0]);
}

/// <summary>Marks endpoints that read a query parameter themselves, for the OpenAPI document.</summary>
/// <param name="Name">The parameter's name.</param>
public sealed record TakesQuery(string Name);
