using System.Globalization;
using System.Net;
using System.Text;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>A client for tus 1.0.</summary>
internal static class Tus
{
    public const string Path = "/v1/uploads/tus";

    public static async Task<HttpResponseMessage> TusAsync(
        this Dj dj, HttpMethod method, string path, HttpContent? content = null, string? type = "application/offset+octet-stream", string? version = "1.0.0",
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (content is not null && type is not null)
            content.Headers.ContentType = new(type);
        if (version is not null)
            request.Headers.Add("Tus-Resumable", version);
        foreach (var (name, value) in headers)
            request.Headers.Add(name, value);
        return await dj.Client.SendAsync(request);
    }

    /// <summary>Begins an upload; returns its id.</summary>
    public static async Task<Guid> CreateTusAsync(this Dj dj, long length, string name = "song.mp3", params (string Name, string Value)[] headers)
    {
        using var response = await dj.TusAsync(
            HttpMethod.Post, Path, headers: [("Upload-Length", $"{length}"), ("Upload-Metadata", $"filename {Convert.ToBase64String(Encoding.UTF8.GetBytes(name))}"), .. headers]);
        Assert.True(response.StatusCode == HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        Assert.Equal("1.0.0", response.Headers.GetValues("Tus-Resumable").Single());
        Assert.True(DateTimeOffset.ParseExact(response.Headers.GetValues("Upload-Expires").Single(), "R", CultureInfo.InvariantCulture) > TimeProvider.System.GetUtcNow());
        return IdOf(response);
    }

    public static Task<HttpResponseMessage> PatchTusAsync(this Dj dj, Guid uploadId, long offset, byte[] bytes, params (string Name, string Value)[] headers) =>
        dj.TusAsync(HttpMethod.Patch, $"{Path}/{uploadId:D}", new ByteArrayContent(bytes), headers: [("Upload-Offset", $"{offset}"), .. headers]);

    /// <summary>The offset of an upload; null if it does not exist.</summary>
    public static async Task<long?> OffsetAsync(this Dj dj, Guid uploadId)
    {
        using var response = await dj.TusAsync(HttpMethod.Head, $"{Path}/{uploadId:D}");
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("1.0.0", response.Headers.GetValues("Tus-Resumable").Single());
        return response.StatusCode == HttpStatusCode.NotFound ? null : OffsetOf(response);
    }

    /// <summary>The id of an upload that was created.</summary>
    public static Guid IdOf(HttpResponseMessage response) => Guid.Parse(response.Headers.Location!.ToString()[(Path.Length + 1)..]);

    public static long OffsetOf(HttpResponseMessage response) => long.Parse(response.Headers.GetValues("Upload-Offset").Single(), CultureInfo.InvariantCulture);
}
