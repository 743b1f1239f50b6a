using System.Net;
using System.Text.Json.Nodes;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Gateway.Tests;

/// <summary>Checks for the responses of the API.</summary>
internal static class ResponseAssertions
{
    /// <summary>Checks that a response is an error in the format of the contract, and returns it.</summary>
    public static async Task<JsonObject> ProblemAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"Expected {status}, got {response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonNode.Parse(text)!.AsObject();
        Assert.Equal((int)status, (int)problem["status"]!);
        Assert.Equal((int)status, (int)problem["code"]!);
        Assert.NotEmpty((string)problem["type"]!);
        Assert.NotEmpty((string)problem["title"]!);
        Assert.NotEmpty((string)problem["detail"]!);
        Assert.NotEmpty((string)problem["error"]!);
        Assert.Equal(response.Headers.GetValues("X-Request-Id").Single(), (string)problem["request_id"]!);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        // Every field has one code per message.
        static IEnumerable<(string, int)> Counts(JsonNode? fields) => fields is JsonObject found ? found.Select(field => (field.Key, field.Value!.AsArray().Count)) : [];
        Assert.Equal(Counts(problem["errors"]), Counts(problem["codes"]));
        Assert.All(Codes(problem), code => Assert.Contains(code, FieldCodes.All));
        return problem;
    }

    private static IEnumerable<string> Codes(JsonObject problem) =>
        problem["codes"] is JsonObject codes ? codes.SelectMany(field => field.Value!.AsArray()).Select(code => (string)code!) : [];

    /// <summary>Checks the status and returns the JSON.</summary>
    public static async Task<JsonObject> JsonAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"Expected {status}, got {response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}
