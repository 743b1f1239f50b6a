using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.EndToEnd.Tests.Uploads;

/// <summary>The memory of the platform's process while many large files are uploaded at once.</summary>
public sealed class UploadMemoryTests
{
    private const int Files = 20;
    private const long FileLength = 100_000_000;
    private const long Allowed = 150 * 1024 * 1024;

    [Fact]
    public async Task Twenty_files_of_100_MB_at_once_take_less_than_150_MB()
    {
        // No workers, because this is about received bytes and not about ffmpeg.
        await using var platform = await PlatformProcess.StartAsync(ImmutableDictionary<string, string?>.Empty.Add("Jobs__Workers", "0"));
        using var dj = await Dj.RegisterAsync(platform);
        using var client = new HttpClient { BaseAddress = platform.Url, Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = dj.Client.DefaultRequestHeaders.Authorization;
        var mp3 = await File.ReadAllBytesAsync(await Tone.Mp3Async(320, seconds: 10));
        // The code that the first upload loads and compiles does not count.
        using (var warm = await UploadAsync(client, mp3, 5_000_000))
            Assert.Equal(HttpStatusCode.Created, warm.StatusCode);
        var idle = Resident(platform.ProcessId);
        var most = idle;
        var all = Task.WhenAll(Enumerable.Range(0, Files).Select(_ => UploadAsync(client, mp3, FileLength)));
        using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System))
        {
            while (!all.IsCompleted && await timer.WaitForNextTickAsync())
                most = Math.Max(most, Resident(platform.ProcessId));
        }
        foreach (var response in await all)
        {
            Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            response.Dispose();
        }
        Assert.True(most - idle < Allowed, $"{idle / 1_000_000} MB before and up to {most / 1_000_000} MB during the uploads");
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, byte[] mp3, long length)
    {
        using var file = new RepeatedContent(mp3, length);
        file.Headers.ContentType = MediaTypeHeaderValue.Parse("audio/mpeg");
        using var form = new MultipartFormDataContent { { file, "file", "long.mp3" } };
        return await client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), form);
    }

    private static long Resident(int processId)
    {
        const string name = "VmRSS:";
        var line = File.ReadLines($"/proc/{processId}/status").Single(text => text.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length).Trim()[..^3], CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Repeats the same frames, of which only one copy is held.</summary>
    private sealed class RepeatedContent(byte[] bytes, long length) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            for (var left = length; left > 0; left -= Math.Min(left, bytes.Length))
                await stream.WriteAsync(bytes.AsMemory(0, (int)Math.Min(left, bytes.Length)), cancellationToken);
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
