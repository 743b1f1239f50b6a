using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AudioOrleans.Bench.Load;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Bench;

/// <summary>A playlist's one MP3 through the gateway, beside nginx with the same bytes in one file.</summary>
internal sealed class PlaylistMp3 : IBenchmark
{
    private const int Rounds = 5;
    private const int Tracks = 3;
    private const int Seconds = 60;

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    public string Name => "playlist-mp3";

    public string What => $"stream.mp3 of {Tracks} uploads of {Seconds} s each, whole, wrk -t2 -c64, {Rounds} alternating rounds of {Wrk.Seconds} s, medians";

    public async Task RunAsync(Table table)
    {
        using var folder = new TestFolder("nginx");
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        await using var nginx = await NginxServer.StartAsync(folder);
        var stream = new Uri(platform.Url, await PlaylistAsync(dj));
        var bytes = await UntilItHasALengthAsync(platform.Client, stream);
        await File.WriteAllBytesAsync(Path.Combine(nginx.Root, "stream.mp3"), bytes);

        List<Rate> ours = [], theirs = [];
        int[] processes = [platform.ProcessId];
        await Wrk.RunAsync(stream, null, processes); // Compiles the code on the way.
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await Wrk.RunAsync(stream, null, processes));
            theirs.Add(await Wrk.RunAsync(new Uri(nginx.Url, "/stream.mp3"), null, nginx.Workers));
        }
        var megabytes = bytes.Length / 1e6;
        table.Add($"stream.mp3 ({megabytes:0.0} MB): platform", $"{Table.Text(ours.Select(rate => rate.PerSecond * megabytes).Median())} MB/s");
        table.Add("stream.mp3: nginx", $"{Table.Text(theirs.Select(rate => rate.PerSecond * megabytes).Median())} MB/s");
        table.AtLeast("stream.mp3: platform / nginx", 0.5, ours.Zip(theirs, (one, other) => one.PerSecond / other.PerSecond).Median(), "");
    }

    private static async Task<string> PlaylistAsync(Dj dj)
    {
        var uploads = new List<string>();
        for (var track = 0; track < Tracks; track++)
            uploads.Add(await UploadAsync(dj, await Tone.NoiseMp3Async(128 + (track * 32), Seconds)));
        using var created = await dj.Client.PostAsJsonAsync(
            new Uri("/v1/playlists", UriKind.Relative), new { title = "Bench", tracks = uploads.Select(upload => new { source_type = "upload", upload_id = upload }) });
        created.EnsureSuccessStatusCode();
        return (await created.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("stream_urls").GetProperty("mp3").GetString()!;
    }

    private static async Task<string> UploadAsync(Dj dj, string path)
    {
        using var audio = new ByteArrayContent(await File.ReadAllBytesAsync(path));
        audio.Headers.ContentType = new MediaTypeHeaderValue("audio/mpeg");
        using var form = new MultipartFormDataContent { { audio, "file", "bench.mp3" } };
        using var response = await dj.Client.PostAsync(new Uri("/v1/uploads/audio", UriKind.Relative), form);
        response.EnsureSuccessStatusCode();
        var upload = new Uri(response.Headers.Location!.ToString(), UriKind.Relative);
        var state = await dj.Client.GetFromJsonAsync<JsonElement>(upload);
        for (; state.GetProperty("waveform_url").ValueKind == JsonValueKind.Null; state = await dj.Client.GetFromJsonAsync<JsonElement>(upload))
            await Task.Delay(Poll, TimeProvider.System);
        return state.GetProperty("upload_id").GetString()!;
    }

    private static async Task<byte[]> UntilItHasALengthAsync(HttpClient client, Uri stream)
    {
        while (true)
        {
            using var answer = await client.GetAsync(stream);
            answer.EnsureSuccessStatusCode();
            if (answer.Headers.TransferEncodingChunked != true)
                return await answer.Content.ReadAsByteArrayAsync();
            await Task.Delay(Poll, TimeProvider.System);
        }
    }
}
