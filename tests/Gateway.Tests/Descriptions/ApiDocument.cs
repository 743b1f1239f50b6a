using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Descriptions;

/// <summary>The OpenAPI document of the shared platform, for tests that enumerate it.</summary>
internal sealed class ApiDocument(JsonObject json)
{
    private static readonly string[] Methods = ["get", "head", "post", "put", "patch", "delete"];

    public JsonObject Schemas => json["components"]!["schemas"]!.AsObject();

    public IEnumerable<Operation> Operations =>
        from path in json["paths"]!.AsObject()
        from method in path.Value!.AsObject()
        where Methods.Contains(method.Key)
        select new Operation(path.Key, new HttpMethod(method.Key.ToUpperInvariant()), method.Value!.AsObject());

    public static async Task<ApiDocument> GetAsync() =>
        new((await (await SharedPlatform.GetAsync()).Platform.Client.GetFromJsonAsync<JsonObject>("/swagger/v1/swagger.json"))!);

    /// <summary>A schema, resolved if it is only a reference to another.</summary>
    public JsonObject Follow(JsonNode schema) =>
        (string?)schema["$ref"] is { } reference ? Schemas[reference.Split('/')[^1]]!.AsObject() : schema.AsObject();

    /// <summary>The path of a file in the repository that a test compares with.</summary>
    public static string PathOf(string file)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Audio.Orleans.sln")))
            folder = folder.Parent!;
        return Path.Combine(folder.FullName, file);
    }

    internal sealed record Operation(string Path, HttpMethod Method, JsonObject Json)
    {
        public string Id => (string)Json["operationId"]!;

        public IEnumerable<string> Statuses => Json["responses"]!.AsObject().Select(response => response.Key);

        public JsonNode? BodySchema => Json["requestBody"]?["content"]?["application/json"]?["schema"];

        public IReadOnlyList<string> Schemes => [.. (Json["security"]?.AsArray() ?? []).SelectMany(requirement => requirement!.AsObject().Select(scheme => scheme.Key))];

        /// <summary>Whether the operation is refused without credentials.</summary>
        public bool NeedsCredentials => Json["security"] is JsonArray { Count: > 0 } all && all.All(requirement => requirement!.AsObject().Count > 0);

        public bool IsForAdmins => ((string?)Json["description"])?.Contains("`admin`", StringComparison.Ordinal) == true;

        public override string ToString() => $"{Method} {Path}";
    }
}
