using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>A platform that accepts files of up to 1 MiB, and 1 MiB per account.</summary>
public sealed class UploadLimitTests : IAsyncLifetime
{
    private const int Most = 1024 * 1024;

    private PlatformProcess _platform = null!;
    private Dj _dj = null!;

    public async Task InitializeAsync()
    {
        _platform = await PlatformProcess.StartAsync(ImmutableDictionary<string, string?>.Empty.Add("Uploads__MaxBytes", $"{Most}").Add("Uploads__QuotaBytes", $"{Most}"));
        _dj = await Dj.RegisterAsync(_platform);
    }

    public async Task DisposeAsync()
    {
        _dj.Dispose();
        await _platform.DisposeAsync();
    }

    [Fact]
    public async Task Files_of_the_maximum_size_are_accepted_and_longer_ones_are_refused()
    {
        var owner = await _dj.IdAsync();
        var mp3 = await File.ReadAllBytesAsync(await Tone.Mp3Async(320, seconds: 40));
        using var longer = await _dj.Client.UploadAsync(mp3[..(Most + 1)]);
        Assert.Equal(Most, (int)(await longer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge))["max_bytes"]!);
        await Eventually.That(() => Uploading.FilesOf(_platform, owner).Length == 0, Uploading.Deadline, "nothing of the file is kept");

        // Without a length, the file is refused while it is being sent.
        var head = Encoding.Latin1.GetBytes("--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\n");
        byte[] part = [.. head, .. mp3[..(Most + 300_000)]];
        var answer = await SendRawAsync("Transfer-Encoding: chunked", [.. Encoding.ASCII.GetBytes($"{part.Length + 1:x}\r\n"), .. part]);
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains($"\"max_bytes\":{Most}", answer, StringComparison.Ordinal);

        using var exact = await _dj.Client.UploadAsync(mp3[..Most]);
        await exact.JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_length_that_is_too_large_is_refused_before_anything_is_sent()
    {
        var answer = await SendRawAsync("Content-Length: 5000000000", []);
        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_that_is_shorter_than_announced_leaves_nothing()
    {
        var owner = await _dj.IdAsync();
        var mp3 = await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 10));
        byte[] part = [.. "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\n"u8, .. mp3];
        await SendRawAsync($"Content-Length: {part.Length + 1000}", part, disconnects: true);
        await Eventually.That(() => Uploading.FilesOf(_platform, owner).Length == 0, Uploading.Deadline, "nothing of the file is kept");
        Assert.Empty((await _dj.GetAsync("/v1/uploads/audio"))["items"]!.AsArray());
        // Nor does it count towards the quota of the account.
        await Eventually.That(
            async () =>
            {
                using var next = await _dj.Client.UploadAsync((await File.ReadAllBytesAsync(await Tone.Mp3Async(320, seconds: 40)))[..(Most - 5000)]);
                return next.StatusCode == HttpStatusCode.Created;
            },
            Uploading.Deadline, "the whole quota is available again");
    }

    [Fact]
    public async Task Concurrent_uploads_do_not_exceed_the_quota_of_an_account()
    {
        var file = (await File.ReadAllBytesAsync(await Tone.Mp3Async(320, seconds: 40)))[..600_000];
        using var dj = await Dj.RegisterAsync(_platform);
        var both = await Task.WhenAll(dj.Client.UploadAsync(file), dj.Client.UploadAsync(file));
        Assert.Equal([201, 413], both.Select(response => (int)response.StatusCode).Order());
        var refused = await both.Single(response => (int)response.StatusCode == 413).ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal("quota_exceeded", (string)refused["reason"]!);
        Assert.InRange((int)refused["max_bytes"]!, 0, Most - 600_000);
        using var third = await dj.Client.UploadAsync(file);
        var problem = await third.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(("quota_exceeded", Most - 600_000), ((string)problem["reason"]!, (int)problem["max_bytes"]!));

        var id = (Guid)(await both.Single(response => (int)response.StatusCode == 201).JsonAsync(HttpStatusCode.Created))["upload_id"]!;
        await dj.UntilReadyAsync(id);
        using var deleted = await dj.Client.DeleteAsync(new Uri(Uploading.PathOf(id), UriKind.Relative));
        using var fourth = await dj.Client.UploadAsync(file);
        await fourth.JsonAsync(HttpStatusCode.Created);
        foreach (var response in both)
            response.Dispose();
    }

    [Fact]
    public async Task Partial_uploads_and_their_final_upload_count_towards_the_quota_once()
    {
        var file = (await File.ReadAllBytesAsync(await Tone.Mp3Async(320, seconds: 40)))[..700_000];
        (string, string) partial = ("Upload-Concat", "partial");
        var ids = new List<Guid> { await _dj.CreateTusAsync(400_000, headers: partial), await _dj.CreateTusAsync(300_000, headers: partial) };
        (await _dj.PatchTusAsync(ids[0], 0, file[..400_000])).Dispose();
        (await _dj.PatchTusAsync(ids[1], 0, file[400_000..])).Dispose();
        await HasQuotaLeftAsync(Most - 700_000);
        using var made = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: ("Upload-Concat", $"final;{Tus.Path}/{ids[0]} {Tus.Path}/{ids[1]}"));
        Assert.True(made.StatusCode == HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        await HasQuotaLeftAsync(Most - 700_000);
        await _dj.UntilReadyAsync(Tus.IdOf(made));
        using (await _dj.Client.DeleteAsync(new Uri(Uploading.PathOf(Tus.IdOf(made)), UriKind.Relative)))
            await HasQuotaLeftAsync(Most);
    }

    [Fact]
    public async Task A_final_upload_must_not_exceed_the_maximum_size()
    {
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Uploads__MaxBytes"] = $"{Most}" });
        using var dj = await Dj.RegisterAsync(platform);
        var ids = new List<Guid>();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            ids.Add(await dj.CreateTusAsync(600_000, headers: ("Upload-Concat", "partial")));
            (await dj.PatchTusAsync(ids[^1], 0, new byte[600_000])).Dispose();
        }
        using var longer = await dj.TusAsync(HttpMethod.Post, Tus.Path, headers: ("Upload-Concat", $"final;{Tus.Path}/{ids[0]} {Tus.Path}/{ids[1]}"));
        Assert.Equal(Most, (int)(await longer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge))["max_bytes"]!);
    }

    [Fact]
    public async Task Uploads_with_a_deferred_length_count_with_their_received_bytes()
    {
        var file = (await File.ReadAllBytesAsync(await Tone.Mp3Async(320, seconds: 40)))[..700_000];
        (string, string) deferred = ("Upload-Defer-Length", "1");
        using var first = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: deferred);
        var id = Tus.IdOf(first);
        await HasQuotaLeftAsync(Most);
        (await _dj.PatchTusAsync(id, 0, file[..500_000])).Dispose();
        await HasQuotaLeftAsync(Most - 500_000);

        // Neither bytes nor lengths can exceed the quota, and received bytes are kept.
        using var second = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: deferred);
        using (var much = await _dj.PatchTusAsync(Tus.IdOf(second), 0, file[..600_000]))
            await ExceedsQuotaAsync(much, Most - 500_000);
        Assert.Equal(0, await _dj.OffsetAsync(Tus.IdOf(second)));
        (await _dj.PatchTusAsync(Tus.IdOf(second), 0, file[..400_000])).Dispose();
        using (var longer = await _dj.PatchTusAsync(id, 500_000, file[500_000..], ("Upload-Length", $"{file.Length}")))
            await ExceedsQuotaAsync(longer, Most - 400_000);
        Assert.Equal(500_000, await _dj.OffsetAsync(id));
        using (var along = await _dj.TusAsync(HttpMethod.Post, Tus.Path, new ByteArrayContent(file[..200_000]), headers: deferred))
            await ExceedsQuotaAsync(along, Most - 900_000);
        using (await _dj.TusAsync(HttpMethod.Delete, $"{Tus.Path}/{Tus.IdOf(second)}"))
            await HasQuotaLeftAsync(Most - 500_000);
        using var last = await _dj.PatchTusAsync(id, 500_000, file[500_000..], ("Upload-Length", $"{file.Length}"));
        Assert.Equal((HttpStatusCode.NoContent, file.Length), (last.StatusCode, Tus.OffsetOf(last)));
        await HasQuotaLeftAsync(Most - file.Length);
        await _dj.UntilReadyAsync(id);
    }

    [Fact]
    public async Task An_upload_with_a_deferred_length_must_not_exceed_the_maximum_size()
    {
        using var begun = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: ("Upload-Defer-Length", "1"));
        var id = Tus.IdOf(begun);
        (await _dj.PatchTusAsync(id, 0, new byte[Most - 1])).Dispose();
        using (var longer = await _dj.PatchTusAsync(id, Most - 1, new byte[2]))
            await longer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        using (var unnamed = await _dj.TusAsync(
            HttpMethod.Patch, $"{Tus.Path}/{id}", new GeneratedContent([1], [1], 2), headers: ("Upload-Offset", $"{Most - 1}")))
        {
            await unnamed.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        }
        Assert.Equal(Most - 1, await _dj.OffsetAsync(id));
        using var along = await _dj.TusAsync(HttpMethod.Post, Tus.Path, new ByteArrayContent(new byte[Most + 1]), headers: ("Upload-Defer-Length", "1"));
        Assert.Equal(Most, (int)(await along.ProblemAsync(HttpStatusCode.RequestEntityTooLarge))["max_bytes"]!);
    }

    /// <summary>Checks the remaining quota of the account, taken from the refusal of an upload of the whole quota.</summary>
    private async Task HasQuotaLeftAsync(int bytes)
    {
        await Eventually.That(
            async () =>
            {
                using var refused = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: ("Upload-Length", $"{Most}"));
                if (refused.StatusCode == HttpStatusCode.Created)
                    (await _dj.TusAsync(HttpMethod.Delete, refused.Headers.Location!.ToString())).Dispose();
                return bytes == (refused.StatusCode == HttpStatusCode.Created ? Most : (int)(await refused.ProblemAsync(HttpStatusCode.RequestEntityTooLarge))["max_bytes"]!);
            },
            Uploading.Deadline, $"the account has {bytes} bytes left");
    }

    private static async Task ExceedsQuotaAsync(HttpResponseMessage response, int left)
    {
        var problem = await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        Assert.Equal(("quota_exceeded", left), ((string)problem["reason"]!, (int)problem["max_bytes"]!));
    }

    /// <summary>Sends a part of a request and then nothing more; returns the response.</summary>
    private async Task<string> SendRawAsync(string length, byte[] body, bool disconnects = false)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _platform.Port);
        var stream = socket.GetStream();
        var head = $"POST /v1/uploads/audio HTTP/1.1\r\nHost: localhost\r\nAuthorization: {_dj.Client.DefaultRequestHeaders.Authorization}\r\n"
            + $"Content-Type: multipart/form-data; boundary=line\r\n{length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head));
        await stream.WriteAsync(body);
        if (disconnects)
            return "";
        // Reads to the end of the JSON; when the connection is closed afterwards does not matter here.
        var answer = new List<byte>();
        for (var buffer = new byte[4096]; !answer.Contains((byte)'}');)
        {
            var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(Uploading.Deadline, TimeProvider.System);
            Assert.True(read > 0, "The connection was closed without a response.");
            answer.AddRange(buffer.AsSpan(0, read));
        }
        return Encoding.Latin1.GetString([.. answer]);
    }
}
