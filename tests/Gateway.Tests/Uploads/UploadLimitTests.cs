using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Audio.Orleans.Testing;
using Audio.Orleans.Testing.Audio;
using Audio.Orleans.Testing.Platforms;

namespace Audio.Orleans.Gateway.Tests.Uploads;

/// <summary>On a platform that takes files of 1 MiB, and as much from an account.</summary>
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
    public async Task Files_may_be_as_long_as_is_allowed_and_not_a_byte_longer()
    {
        var owner = await _dj.IdAsync();
        var mp3 = await File.ReadAllBytesAsync(await Tone.Mp3Async(320, seconds: 40));
        using var longer = await _dj.Client.UploadAsync(mp3[..(Most + 1)]);
        Assert.Equal(Most, (int)(await longer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge))["max_bytes"]!);
        await Eventually.That(() => Uploading.FilesOf(_platform, owner).Length == 0, Uploading.Soon, "nothing is kept of it");

        // Without a length: refused while it comes; the sender still has more.
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
    public async Task A_sender_that_promised_more_than_it_sends_leaves_nothing()
    {
        var owner = await _dj.IdAsync();
        var mp3 = await File.ReadAllBytesAsync(await Tone.Mp3Async(seconds: 10));
        byte[] part = [.. "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.mp3\"\r\n\r\n"u8, .. mp3];
        await SendRawAsync($"Content-Length: {part.Length + 1000}", part, hangsUp: true);
        await Eventually.That(() => Uploading.FilesOf(_platform, owner).Length == 0, Uploading.Soon, "nothing is kept of it");
        Assert.Empty((await _dj.GetAsync("/v1/uploads/audio"))["items"]!.AsArray());
        // Nor does it take room in the account.
        await Eventually.That(
            async () =>
            {
                using var next = await _dj.Client.UploadAsync((await File.ReadAllBytesAsync(await Tone.Mp3Async(320, seconds: 40)))[..(Most - 5000)]);
                return next.StatusCode == HttpStatusCode.Created;
            },
            Uploading.Soon, "the account has all its room again");
    }

    [Fact]
    public async Task An_account_has_room_for_so_many_bytes_and_of_two_at_once_one_gets_the_last()
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

    /// <summary>Sends so much of a request, then nothing any more; returns what is answered.</summary>
    private async Task<string> SendRawAsync(string length, byte[] body, bool hangsUp = false)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _platform.Port);
        var stream = socket.GetStream();
        var head = $"POST /v1/uploads/audio HTTP/1.1\r\nHost: localhost\r\nAuthorization: {_dj.Client.DefaultRequestHeaders.Authorization}\r\n"
            + $"Content-Type: multipart/form-data; boundary=line\r\n{length}\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.Latin1.GetBytes(head));
        await stream.WriteAsync(body);
        if (hangsUp)
            return "";
        // To the end of its JSON: what it does with the connection afterwards is its affair.
        var answer = new List<byte>();
        for (var buffer = new byte[4096]; !answer.Contains((byte)'}');)
        {
            var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(Uploading.Soon, TimeProvider.System);
            Assert.True(read > 0, "It hung up without an answer.");
            answer.AddRange(buffer.AsSpan(0, read));
        }
        return Encoding.Latin1.GetString([.. answer]);
    }
}
