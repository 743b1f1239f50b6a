using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AudioOrleans.Testing.Platforms;

/// <summary>What a DJ does to publish podcasts.</summary>
public static class DjPodcasts
{
    /// <summary>Creates a podcast; returns its id.</summary>
    public static async Task<Guid> AddPodcastAsync(this Dj dj, object? more = null) => (Guid)(await CreatePodcastAsync(dj, more))["podcast_id"]!;

    /// <summary>Creates a podcast; returns the response.</summary>
    public static Task<JsonObject> CreatePodcastAsync(this Dj dj, object? more = null) => PostAsync(dj, "/v1/podcasts", new JsonObject { ["title"] = "Late hours" }, more);

    /// <summary>Adds an episode; returns its id.</summary>
    public static async Task<Guid> AddEpisodeAsync(this Dj dj, Guid podcastId, object more) =>
        (Guid)(await PostAsync(dj, $"/v1/podcasts/{podcastId}/episodes", new JsonObject { ["title"] = "An evening" }, more))["episode_id"]!;

    /// <summary>Changes something; returns the names of the fields that changed.</summary>
    public static async Task<IReadOnlyList<string>> PatchAsync(this Dj dj, string path, object changes)
    {
        ArgumentNullException.ThrowIfNull(dj);
        using var response = await dj.Client.PatchAsJsonAsync(path, changes);
        var answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? [.. JsonNode.Parse(answer)!["updated_fields"]!.AsArray().Select(field => (string)field!)]
            : throw new InvalidOperationException($"PATCH {path} was refused: {answer}");
    }

    private static async Task<JsonObject> PostAsync(Dj dj, string path, JsonObject body, object? more)
    {
        ArgumentNullException.ThrowIfNull(dj);
        foreach (var (key, value) in more is null ? [] : JsonSerializer.SerializeToNode(more)!.AsObject())
            body[key] = value?.DeepClone();
        return await dj.PostAsync(path, body);
    }
}
