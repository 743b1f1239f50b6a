using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace AudioOrleans.Gateway.Descriptions;

/// <summary>
/// Converts the OpenAPI document to a Postman collection (format 2.1): requests in a working order, with values from one response used in the
/// next request.
/// </summary>
public static partial class PostmanCollection
{
    private const string Schema = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json";

    /// <summary>Fields whose value in the document is only an example: the value sent comes from a variable.</summary>
    private static readonly Dictionary<string, string> Variables = new()
    {
        ["email"] = "email", ["password"] = "password", ["refresh_token"] = "refresh_token", ["shoutcast_url"] = "source_url", ["mount"] = "source_mount",
    };

    /// <summary>Creates the collection.</summary>
    /// <exception cref="InvalidOperationException">A step names an operation that does not exist.</exception>
    public static JsonObject From(OpenApiDocument document)
    {
        var operations = (from path in document.Paths from operation in path.Value.Operations ?? [] select (path.Key, Method: operation.Key, operation.Value))
            .ToDictionary(operation => operation.Value.OperationId!);
        return new JsonObject
        {
            ["info"] = new JsonObject { ["name"] = document.Info.Title, ["description"] = document.Info.Description, ["schema"] = Schema },
            ["variable"] = new JsonArray(
                Variable("base_url", "http://127.0.0.1:8080"), Variable("email", ""), Variable("password", "correct horse 1!"),
                Variable("source_url", "http://127.0.0.1:8000"), Variable("source_mount", "/live"), Variable("provider", "github"), Variable("job_id", Examples.Id),
                Variable("audio_file", "night.mp3"), Variable("extension", "mp3"), Variable("picture", "600.jpg"), Variable("language", "en"), Variable("account_id", Examples.Id),
                Variable("admin_email", "admin@example.org"), Variable("admin_password", "correct horse 1!")),
            // Each run registers a new account.
            ["event"] = new JsonArray(Script("prerequest", "if (!pm.collectionVariables.get('email')) {", "    pm.collectionVariables.set('email', `dj.${Date.now()}@example.org`);", "}")),
            ["item"] = new JsonArray([.. PostmanSteps.All.Select(folder => new JsonObject
            {
                ["name"] = folder.Folder,
                ["item"] = new JsonArray([.. folder.Steps.Select(step => operations.TryGetValue(step.Operation, out var operation)
                    ? Item(document, step, operation.Key, operation.Method, operation.Value)
                    : throw new InvalidOperationException($"There is no operation {step.Operation}."))]),
            })]),
        };
    }

    private static JsonObject Item(OpenApiDocument document, PostmanStep step, string path, HttpMethod method, OpenApiOperation operation)
    {
        var expects = step.Expects?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? operation.Responses!.Keys.First(status => status[0] == '2');
        var request = new JsonObject
        {
            ["method"] = method.Method,
            ["description"] = operation.Description,
            ["header"] = new JsonArray(),
            ["url"] = "{{base_url}}" + PathParameter().Replace(path, match => step.File is not null && match.Groups[1].Value == "file" ? step.File : $"{{{{{JsonNamingPolicy.SnakeCaseLower.ConvertName(match.Groups[1].Value)}}}}}") + step.Query,
            ["auth"] = operation.Security is { Count: > 0 }
                ? new JsonObject { ["type"] = "bearer", ["bearer"] = new JsonArray(new JsonObject { ["key"] = "token", ["value"] = $"{{{{{step.Bearer}}}}}", ["type"] = "string" }) }
                : new JsonObject { ["type"] = "noauth" },
        };
        if (operation.RequestBody?.Content is { } form && form.ContainsKey("multipart/form-data"))
        {
            request["body"] = new JsonObject { ["mode"] = "formdata", ["formdata"] = new JsonArray(new JsonObject { ["key"] = "file", ["type"] = "file", ["src"] = "{{audio_file}}" }) };
        }
        else if (operation.RequestBody?.Content is { } content && content.TryGetValue("application/json", out var json))
        {
            var body = step.Body ?? BodyOf(document, json.Schema!);
            request["header"] = new JsonArray(new JsonObject { ["key"] = "Content-Type", ["value"] = "application/json" });
            request["body"] = new JsonObject { ["mode"] = "raw", ["raw"] = body, ["options"] = new JsonObject { ["raw"] = new JsonObject { ["language"] = "json" } } };
        }
        return new JsonObject
        {
            ["name"] = step.Title ?? operation.Summary,
            ["event"] = new JsonArray(Script("test", [.. TestOf(step, expects)])),
            ["request"] = request,
        };
    }

    /// <summary>Checks the status, and stores what later requests need: ids, tokens and keys, and a segment of a playlist.</summary>
    private static IEnumerable<string> TestOf(PostmanStep step, string expects)
    {
        yield return $"pm.test('responds with {expects}', () => pm.response.to.have.status({expects}));";
        if (expects is "200" or "201")
        {
            yield return "if ((pm.response.headers.get('Content-Type') || '').includes('json') && pm.response.text()) {";
            yield return "    for (const [name, value] of Object.entries(pm.response.json())) {";
            yield return $"        if (/(_id|token)$/.test(name)) pm.collectionVariables.set('{step.Prefix}' + name, value);";
            yield return "    }";
            yield return "}";
        }
        foreach (var line in step.Operation == "uploads.get" ? UntilPrepared() : [])
            yield return line;
        if (step.Operation == "playlists.get_hls")
        {
            yield return "const segment = pm.response.text().split('\\n').find(line => line && !line.startsWith('#')).split('/');";
            yield return "pm.collectionVariables.set('name', segment[1]);";
            yield return "pm.collectionVariables.set('file', segment[2]);";
        }
        if (step.Operation == "live.get_playlist")
            yield return "pm.collectionVariables.set('file', pm.response.text().split('\\n').find(line => line && !line.startsWith('#')).split('/').pop());";
    }

    /// <summary>Polls until an upload is prepared and measured.</summary>
    private static IEnumerable<string> UntilPrepared() =>
    [
        "if (pm.response.json().status === 'processing' || (pm.response.json().status === 'ready' && !pm.response.json().waveform_url)) {",
        "    setTimeout(() => {}, 200);",
        "    postman.setNextRequest(pm.info.requestName);",
        "}",
    ];

    private static string BodyOf(OpenApiDocument document, IOpenApiSchema schema)
    {
        // A reference carries the description of the property, not that of its schema.
        var named = document.Components!.Schemas![((OpenApiSchemaReference)schema).Reference.Id!];
        var example = named.Examples is [{ } first, ..] ? first.DeepClone().AsObject() : throw new InvalidOperationException($"The schema {named.Description} has no example.");
        foreach (var (name, variable) in Variables)
        {
            if (example.ContainsKey(name))
                example[name] = $"{{{{{variable}}}}}";
        }
        return example.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
    }

    private static JsonObject Variable(string name, string value) => new() { ["key"] = name, ["value"] = value };

    private static JsonObject Script(string listen, params string[] lines) => new()
    {
        ["listen"] = listen,
        ["script"] = new JsonObject { ["type"] = "text/javascript", ["exec"] = new JsonArray([.. lines.Select(line => (JsonNode)line)]) },
    };

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();
}
