using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AudioOrleans.Testing.Platforms;

/// <summary>What a DJ does to create playlists.</summary>
public static class DjPlaylists
{
    private static readonly TimeSpan Prepared = TimeSpan.FromSeconds(60);

    /// <summary>Uploads a file and waits until it is ready; returns its id.</summary>
    public static async Task<Guid> AddUploadAsync(this Dj dj, string path)
    {
        var id = await dj.SendUploadAsync(path);
        await Eventually.That(
            async () => (string)(await dj.GetAsync($"/v1/uploads/audio/{id}"))["status"]! switch
            {
                "ready" => true,
                "failed" => throw new InvalidOperationException($"The upload failed: {await dj.GetAsync($"/v1/uploads/audio/{id}")}"),
                _ => false,
            },
            Prepared, $"{Path.GetFileName(path)} is prepared");
        return id;
    }

    /// <summary>Uploads a file; returns its id.</summary>
    public static async Task<Guid> SendUploadAsync(this Dj dj, string path)
    {
        ArgumentNullException.ThrowIfNull(dj);
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(await File.ReadAllBytesAsync(path));
        file.Headers.ContentType = new MediaTypeHeaderValue("audio/mpeg");
        form.Add(file, "file", Path.GetFileName(path));
        using var response = await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), form);
        var answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? (Guid)JsonNode.Parse(answer)!["upload_id"]! : throw new InvalidOperationException($"The upload was refused: {answer}");
    }

    /// <summary>Creates a playlist; returns its id.</summary>
    public static async Task<Guid> AddPlaylistAsync(this Dj dj, IEnumerable<object> tracks, string visibility = "public", bool monetized = false)
    {
        ArgumentNullException.ThrowIfNull(dj);
        using var response = await dj.Client.PostAsJsonAsync("/v1/playlists", new { title = "Test playlist", tracks, visibility, monetization_enabled = monetized });
        var answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? (Guid)JsonNode.Parse(answer)!["playlist_id"]! : throw new InvalidOperationException($"The playlist was refused: {answer}");
    }

    /// <summary>A track that is an upload.</summary>
    public static object Track(this Guid uploadId) => new { source_type = "upload", upload_id = uploadId };

    /// <summary>A track with an external address.</summary>
    public static object Track(this string url) => new { source_type = "external", url };

    /// <summary>The tracks of a playlist as the API shows them.</summary>
    public static async Task<IReadOnlyList<JsonObject>> TracksAsync(this Dj dj, Guid playlistId)
    {
        ArgumentNullException.ThrowIfNull(dj);
        return [.. (await dj.GetAsync($"/v1/playlists/{playlistId}"))["tracks"]!.AsArray().Select(track => track!.AsObject())];
    }

    /// <summary>Waits until all tracks of a playlist are ready or failed, and its MP3 is built and has a length.</summary>
    public static async Task UntilBuiltAsync(this Dj dj, Guid playlistId, TimeSpan deadline)
    {
        ArgumentNullException.ThrowIfNull(dj);
        await Eventually.That(
            async () => (await dj.TracksAsync(playlistId)).All(track => (string)track["status"]! != "pending"), deadline, "no track is pending");
        await Eventually.That(
            async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Head, $"/v1/playlists/{playlistId}/stream.mp3");
                using var head = await dj.Client.SendAsync(request);
                return head.Content.Headers.ContentLength is > 0 || !head.IsSuccessStatusCode;
            },
            deadline, "its MP3 has a length");
    }
}
