using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>Uploads files in a form, and waits for the result.</summary>
internal static class Uploading
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    /// <summary>A form with one file.</summary>
    public static MultipartFormDataContent Form(HttpContent file, string name = "song.mp3", string? type = "audio/mpeg", string field = "file")
    {
        file.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return new MultipartFormDataContent { { file, field, name } };
    }

    /// <summary>Uploads bytes; returns the response.</summary>
    public static async Task<HttpResponseMessage> UploadAsync(
        this HttpClient client, byte[] file, string name = "song.mp3", string? type = "audio/mpeg", string query = "", string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/uploads/audio{query}") { Content = Form(new ByteArrayContent(file), name, type) };
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    /// <summary>Uploads a file that must be accepted; returns its id.</summary>
    public static async Task<Guid> AddUploadAsync(this Dj dj, string path, string query = "")
    {
        using var response = await dj.Client.UploadAsync(await File.ReadAllBytesAsync(path), Path.GetFileName(path), "application/octet-stream", query);
        return (Guid)(await response.JsonAsync(HttpStatusCode.Created))["upload_id"]!;
    }

    /// <summary>Waits until an upload is ready or has failed; returns it.</summary>
    public static async Task<JsonObject> UntilDoneAsync(this Dj dj, Guid uploadId)
    {
        JsonObject? upload = null;
        await Eventually.That(
            async () => (string)(upload = await dj.GetAsync(PathOf(uploadId)))["status"]! != "processing", Deadline, $"upload {uploadId} is ready or has failed: {upload}");
        return upload!;
    }

    /// <summary>Waits until an upload is ready; returns it.</summary>
    public static async Task<JsonObject> UntilReadyAsync(this Dj dj, Guid uploadId)
    {
        var upload = await dj.UntilDoneAsync(uploadId);
        Assert.True((string)upload["status"]! == "ready", upload.ToJsonString());
        return upload;
    }

    /// <summary>Uploads a file and waits until it is ready.</summary>
    public static async Task<Guid> AddReadyUploadAsync(this Dj dj, string path, string query = "")
    {
        var uploadId = await dj.AddUploadAsync(path, query);
        await dj.UntilReadyAsync(uploadId);
        return uploadId;
    }

    public static string PathOf(Guid uploadId, string more = "") => $"/v1/uploads/audio/{uploadId:D}{more}";

    /// <summary>The files of an account in the store of a platform.</summary>
    public static string[] FilesOf(PlatformProcess platform, Guid ownerId) => FilesUnder(Path.Combine(platform.DataFolder, "objects"), $"{ownerId:D}");

    /// <summary>The files of an upload in the store of a platform.</summary>
    public static string[] FilesOfUpload(PlatformProcess platform, Guid uploadId) => FilesUnder(Path.Combine(platform.DataFolder, "objects"), $"{uploadId:D}");

    private static string[] FilesUnder(string folder, string name)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => path.Contains(name, StringComparison.Ordinal))];
        }
        catch (DirectoryNotFoundException)
        {
            return []; // A folder was deleted during the search, or never existed.
        }
    }
}

/// <summary>A body of the given length that is generated while it is sent, and counts the bytes sent.</summary>
internal sealed class GeneratedContent(byte[] start, byte[] rest, long length, bool hasLength = false, Func<long, CancellationToken, Task>? before = null) : HttpContent
{
    private long _sent;

    public long Sent => Volatile.Read(ref _sent);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        for (var block = start; _sent < length; block = rest)
        {
            if (before is not null)
                await before(_sent, cancellationToken);
            var count = (int)Math.Min(block.Length, length - _sent);
            await stream.WriteAsync(block.AsMemory(0, count), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            Interlocked.Add(ref _sent, count);
        }
    }

    protected override bool TryComputeLength(out long computed)
    {
        computed = length;
        return hasLength;
    }
}
