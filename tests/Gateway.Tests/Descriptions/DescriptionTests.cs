using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Descriptions;

public sealed partial class DescriptionTests
{
    [Theory]
    [InlineData("docs/openapi.yaml", "/swagger/v1/swagger.yaml")]
    [InlineData("docs/postman_collection.json", "/swagger/v1/postman_collection.json")]
    public async Task The_documents_match_the_code(string file, string path)
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        var served = await platform.Client.GetStringAsync(new Uri(path, UriKind.Relative));
        Assert.True(served == await File.ReadAllTextAsync(ApiDocument.PathOf(file)), $"{file} is stale: run ./audio docs and commit what it wrote");
    }

    [Fact]
    public async Task Every_operation_describes_its_purpose_parameters_and_responses()
    {
        var document = await ApiDocument.GetAsync();
        List<string> missing = [];
        void Require(bool there, object what)
        {
            if (!there)
                missing.Add($"{what}");
        }
        var operations = document.Operations.ToList();
        Assert.True(operations.Count > 40);
        foreach (var operation in operations)
        {
            Require(HasText(operation.Json["summary"]), $"{operation} has no summary");
            Require(HasText(operation.Json["operationId"]), $"{operation} has no name");
            Require(operation.Json["tags"] is JsonArray { Count: > 0 }, $"{operation} has no tag");
            foreach (var parameter in operation.Json["parameters"]?.AsArray() ?? [])
            {
                Require(HasText(parameter!["description"]), $"{operation}: {parameter["name"]} has no description");
                Require(parameter["example"] is not null, $"{operation}: {parameter["name"]} has no example");
            }
            foreach (var placeholder in operation.Path.Split('/').Where(part => part.StartsWith('{')))
                Require(operation.Json["parameters"]!.AsArray().Any(parameter => (string)parameter!["name"]! == placeholder.Trim('{', '}')), $"{operation}: {placeholder} is not a parameter");
            foreach (var (status, response) in operation.Json["responses"]!.AsObject())
            {
                Require(HasText(response!["description"]), $"{operation}: {status} has no description");
                // Readiness responds in one format whether or not the platform is ready.
                if (status[0] is '4' or '5' && operation.Id != "health.get_readiness")
                    Require((string?)response["content"]?["application/problem+json"]?["schema"]?["$ref"] == "#/components/schemas/Problem", $"{operation}: {status} does not have the error format");
                else if (status is "200" or "201" && !operation.Id.StartsWith("tus.", StringComparison.Ordinal)) // Its responses consist of headers.
                    Require(response["content"] is JsonObject { Count: > 0 }, $"{operation}: {status} has no content");
            }
            if (operation.NeedsCredentials)
                Require(operation.Statuses.Contains("401"), $"{operation} needs credentials and has no 401");
            if (operation.BodySchema is { } body)
                Require(document.Follow(body)["examples"] is JsonArray { Count: > 0 }, $"{operation}: its body has no example");
        }
        foreach (var (name, schema) in document.Schemas)
        {
            Require(HasText(schema!["description"]), $"{name} has no description");
            foreach (var (field, property) in schema["properties"]?.AsObject() ?? [])
            {
                Require(HasText(document.Follow(property!)["description"]), $"{name}.{field} has no description");
                var isPlain = property!["$ref"] is null && document.Follow(property)["items"]?["$ref"] is null && property["oneOf"] is null;
                Require(!isPlain || property["examples"] is JsonArray { Count: > 0 }, $"{name}.{field} has no example");
            }
        }
        Assert.Equal([], missing);

        static bool HasText(JsonNode? text) => ((string?)text)?.Trim().Length > 0;
    }

    [Fact]
    public async Task Every_POST_that_creates_takes_an_idempotency_key_and_every_PATCH_a_condition()
    {
        var operations = (await ApiDocument.GetAsync()).Operations.ToList();
        var creating = operations.Where(operation => operation.Method == HttpMethod.Post && operation.Statuses.Contains("201")).ToList();
        Assert.True(creating.Count >= 6);
        Assert.Equal([], creating.Where(operation => !Takes(operation, "Idempotency-Key")).Select(operation => operation.Id));
        // A part of a resumable upload has its own condition, Upload-Offset.
        var changing = operations.Where(operation => operation.Method == HttpMethod.Patch && operation.Id != "tus.append").ToList();
        Assert.True(changing.Count >= 2);
        Assert.Equal([], changing.Where(operation => !Takes(operation, "If-Match") || !operation.Statuses.Contains("412")).Select(operation => operation.Id));

        static bool Takes(ApiDocument.Operation operation, string header) =>
            operation.Json["parameters"]?.AsArray().Any(parameter => (string)parameter!["name"]! == header) == true;
    }

    [Fact]
    public async Task The_requests_for_editors_are_existing_operations_with_existing_fields()
    {
        var document = await ApiDocument.GetAsync();
        var text = await File.ReadAllTextAsync(ApiDocument.PathOf("docs/audio.http"));
        var requests = text.Split("###").Select(block => (Start: EditorRequest().Match(block), Body: EditorBody().Match(block).Value)).Where(request => request.Start.Success).ToList();
        Assert.True(requests.Count >= 10);
        Assert.All(requests, request =>
        {
            var (method, path) = (request.Start.Groups[1].Value, "/v1" + Variable().Replace(request.Start.Groups[2].Value, "{}"));
            var operation = Assert.Single(document.Operations, operation => operation.Method.Method == method && Variable().Replace(operation.Path, "{}") == path);
            if (request.Body.Length > 0)
                Assert.Subset(document.Follow(operation.BodySchema!)["properties"]!.AsObject().Select(field => field.Key).ToHashSet(), JsonNode.Parse(request.Body)!.AsObject().Select(field => field.Key).ToHashSet());
        });
    }

    [Fact]
    public async Task Every_operation_is_in_the_collection_or_listed_as_left_out()
    {
        var document = await ApiDocument.GetAsync();
        var steps = PostmanSteps.All.SelectMany(folder => folder.Steps).Select(step => step.Operation);
        Assert.Equal(document.Operations.Select(operation => operation.Id).Order(StringComparer.Ordinal), steps.Concat(PostmanSteps.LeftOut).Distinct().Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^(GET|POST|PUT|PATCH|DELETE) \{\{api\}\}(\S+)$", RegexOptions.Multiline)]
    private static partial Regex EditorRequest();

    [GeneratedRegex(@"^\{ .*\}$", RegexOptions.Multiline)]
    private static partial Regex EditorBody();

    /// <summary>A variable part of a path, in the syntax of OpenAPI or of editors.</summary>
    [GeneratedRegex(@"\{+\w+\}+")]
    private static partial Regex Variable();
}
