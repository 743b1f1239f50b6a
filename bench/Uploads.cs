using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Bench;

/// <summary>From the first byte of an upload until it can be heard, beside an ffmpeg that makes HLS of the same file on the same disk.</summary>
internal sealed class Uploads : IBenchmark
{
    private const int Seconds = 3600;
    private const int Rounds = 5;
    private const int Many = 20;

    /// <summary>How often to ask whether an upload is ready: twenty that asked as often as the one would have a tenth of the cores.</summary>
    private static readonly TimeSpan PollOne = TimeSpan.FromMilliseconds(20), PollMany = TimeSpan.FromMilliseconds(200);

    public string Name => "uploads";

    public string What => $"an MP3 of {Seconds / 60} minutes at 128 kbit/s: sent, looked at, cut into HLS and brought to disk, {Rounds} alternating rounds, medians; then {Many} at once";

    public async Task RunAsync(Table table)
    {
        using var folder = new TestFolder("bench-uploads");
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        var file = await Tone.NoiseMp3Async(seconds: Seconds);
        List<double> ours = [], theirs = [];
        await UploadAsync(dj, file, PollOne); // Compiles the code on the way.
        await IdleAsync(dj);
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await TimeAsync(() => UploadAsync(dj, file, PollOne)));
            await IdleAsync(dj);
            theirs.Add(await TimeAsync(() => CopyAsync(folder, file)));
        }
        table.Add("ffmpeg -c:a copy to HLS", $"{Table.Text(theirs.Median())} s");
        table.Add("upload to ready", $"{Table.Text(ours.Median())} s");
        table.AtMost("upload to ready / ffmpeg", 1.3, ours.Zip(theirs, (one, other) => one / other).Median(), "");

        var serial = await TimeAsync(async () =>
        {
            for (var i = 0; i < Many; i++)
                await CopyAsync(folder, file);
        });
        var parallel = await TimeAsync(() => Task.WhenAll(Enumerable.Range(0, Many).Select(_ => UploadAsync(dj, file, PollMany))));
        table.Add($"ffmpeg, {Many} times one after the other", $"{Table.Text(serial)} s");
        table.AtMost($"{Many} uploads at once to ready, against that and 10 %", 1.1 * serial, parallel, "s");
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task UploadAsync(Dj dj, string path, TimeSpan poll)
    {
        await using var file = File.OpenRead(path);
        using var audio = new StreamContent(file, 128 * 1024);
        audio.Headers.ContentType = new MediaTypeHeaderValue("audio/mpeg");
        using var form = new MultipartFormDataContent { { audio, "file", "bench.mp3" } };
        using var response = await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), form);
        response.EnsureSuccessStatusCode();
        var upload = new Uri(response.Headers.Location!.ToString(), UriKind.Relative);
        while (await StatusAsync(dj, upload) == "processing")
            await Task.Delay(poll, TimeProvider.System);
        if (await StatusAsync(dj, upload) != "ready")
            throw new InvalidOperationException("The upload failed.");
    }

    /// <summary>Measuring goes on after an upload is ready: the next round is not to pay for it.</summary>
    private static async Task IdleAsync(Dj dj)
    {
        while ((await dj.Client.GetFromJsonAsync<JsonElement>(new Uri("/v1/uploads/audio?limit=200", UriKind.Relative)))
            .GetProperty("items").EnumerateArray().Any(upload => upload.GetProperty("waveform_url").ValueKind == JsonValueKind.Null))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        }
    }

    private static async Task<string> StatusAsync(Dj dj, Uri upload) =>
        (await dj.Client.GetFromJsonAsync<JsonElement>(upload)).GetProperty("status").GetString()!;

    /// <summary>Into a folder of its own, as each upload's: files written over again are another work than new ones.</summary>
    private static Task CopyAsync(TestFolder folder, string file)
    {
        var to = Directory.CreateDirectory(folder[Guid.CreateVersion7().ToString("N")]).FullName;
        return ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", "-v", "error", "-nostdin", "-i", file, "-c:a", "copy", "-f", "hls", "-hls_time", "6", "-hls_playlist_type", "vod", Path.Combine(to, "peer.m3u8")),
            TimeSpan.FromMinutes(5), TimeProvider.System);
    }
}
