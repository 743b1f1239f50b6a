using System.Net;
using System.Security.Cryptography;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>Uploads whose length is set after their creation.</summary>
public sealed class TusDeferredLengthTests : IAsyncLifetime
{
    private PlatformProcess _platform = null!;
    private Dj _dj = null!;
    private byte[] _file = null!;

    public async Task InitializeAsync()
    {
        _platform = (await SharedPlatform.GetAsync()).Platform;
        _dj = await Dj.RegisterAsync(_platform);
        _file = await File.ReadAllBytesAsync(await Tone.NoiseMp3Async(seconds: 20));
    }

    public Task DisposeAsync()
    {
        _dj.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task The_length_can_be_sent_with_the_last_bytes()
    {
        var id = await BeginAsync();
        await IsDeferredAsync(id, 0);
        (await _dj.PatchTusAsync(id, 0, _file[..100_000])).Dispose();
        await IsDeferredAsync(id, 100_000);
        using (var last = await _dj.PatchTusAsync(id, 100_000, _file[100_000..], ("Upload-Length", $"{_file.Length}")))
            Assert.Equal((HttpStatusCode.NoContent, _file.Length), (last.StatusCode, Tus.OffsetOf(last)));
        await IsReadyAsync(id);
        // A repeat of the last part, by a sender that did not get the response, changes nothing.
        using var again = await _dj.PatchTusAsync(id, _file.Length, [], ("Upload-Length", $"{_file.Length}"));
        Assert.Equal(HttpStatusCode.NoContent, again.StatusCode);
    }

    [Fact]
    public async Task The_length_can_be_sent_after_the_last_bytes()
    {
        using var created = await _dj.TusAsync(HttpMethod.Post, Tus.Path, new ByteArrayContent(_file[..100_000]), headers: ("Upload-Defer-Length", "1"));
        Assert.Equal((HttpStatusCode.Created, 100_000), (created.StatusCode, Tus.OffsetOf(created)));
        var id = Tus.IdOf(created);
        (await _dj.PatchTusAsync(id, 100_000, _file[100_000..])).Dispose();
        await IsDeferredAsync(id, _file.Length);
        using (var lengthSet = await _dj.PatchTusAsync(id, _file.Length, [], ("Upload-Length", $"{_file.Length}")))
            Assert.Equal((HttpStatusCode.NoContent, _file.Length), (lengthSet.StatusCode, Tus.OffsetOf(lengthSet)));
        await IsReadyAsync(id);
    }

    [Fact]
    public async Task The_length_can_be_sent_in_the_middle_and_cannot_be_changed()
    {
        var id = await BeginAsync();
        (await _dj.PatchTusAsync(id, 0, _file[..100_000], ("Upload-Length", $"{_file.Length}"))).Dispose();
        using (var head = await HeadAsync(id))
        {
            Assert.Equal($"{_file.Length}", head.Headers.GetValues("Upload-Length").Single());
            Assert.False(head.Headers.Contains("Upload-Defer-Length"));
        }
        using (var other = await _dj.PatchTusAsync(id, 100_000, _file[100_000..101_000], ("Upload-Length", $"{_file.Length + 1}")))
            Assert.Contains($"Expected {_file.Length}", (await other.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["Upload-Length"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(100_000, await _dj.OffsetAsync(id));
        using (var longer = await _dj.PatchTusAsync(id, 100_000, [.. _file[100_000..], 1]))
            await longer.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        (await _dj.PatchTusAsync(id, 100_000, _file[100_000..], ("Upload-Length", $"{_file.Length}"))).Dispose();
        await IsReadyAsync(id);
    }

    [Fact]
    public async Task An_invalid_length_is_refused_and_stays_deferred()
    {
        var id = await BeginAsync();
        (await _dj.PatchTusAsync(id, 0, _file[..1000])).Dispose();
        foreach (var length in new[] { "999", "0", "-1", "many" })
        {
            using var refused = await _dj.PatchTusAsync(id, 1000, [], ("Upload-Length", length));
            Assert.NotNull((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["Upload-Length"]);
        }
        using (var longest = await _dj.PatchTusAsync(id, 1000, [], ("Upload-Length", "104857601")))
            await longest.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        using (var more = await _dj.PatchTusAsync(id, 1000, _file[1000..], ("Upload-Length", "2000")))
            await more.ProblemAsync(HttpStatusCode.RequestEntityTooLarge);
        using (var elsewhere = await _dj.PatchTusAsync(id, 0, _file[..1000], ("Upload-Length", "2000")))
            await elsewhere.ProblemAsync(HttpStatusCode.Conflict);
        await IsDeferredAsync(id, 1000);
    }

    [Theory]
    [InlineData("0", null)]
    [InlineData("yes", null)]
    [InlineData("", null)]
    [InlineData("1", "1000")]
    public async Task A_length_is_either_deferred_or_given(string deferred, string? length)
    {
        using var response = await _dj.TusAsync(
            HttpMethod.Post, Tus.Path, headers: [("Upload-Defer-Length", deferred), .. length is null ? Array.Empty<(string, string)>() : [("Upload-Length", length)]]);
        Assert.NotNull((await response.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["Upload-Defer-Length"]);
    }

    [Fact]
    public async Task A_file_that_is_not_audio_is_refused_when_it_is_complete()
    {
        var id = await BeginAsync();
        (await _dj.PatchTusAsync(id, 0, new byte[20_000])).Dispose();
        using (var lengthSet = await _dj.PatchTusAsync(id, 20_000, [], ("Upload-Length", "20000")))
            Assert.Equal("not_audio", (string)(await lengthSet.ProblemAsync(HttpStatusCode.UnprocessableEntity))["reason"]!);
        Assert.Null(await _dj.OffsetAsync(id));
        await Eventually.That(() => Uploading.FilesOfUpload(_platform, id).Length == 0, Uploading.Deadline, "nothing is kept");
    }

    private async Task<Guid> BeginAsync()
    {
        using var created = await _dj.TusAsync(HttpMethod.Post, Tus.Path, headers: ("Upload-Defer-Length", "1"));
        Assert.True(created.StatusCode == HttpStatusCode.Created, await created.Content.ReadAsStringAsync());
        return Tus.IdOf(created);
    }

    private Task<HttpResponseMessage> HeadAsync(Guid id) => _dj.TusAsync(HttpMethod.Head, $"{Tus.Path}/{id}");

    private async Task IsDeferredAsync(Guid id, long offset)
    {
        using var head = await HeadAsync(id);
        Assert.Equal(("1", offset), (head.Headers.GetValues("Upload-Defer-Length").Single(), Tus.OffsetOf(head)));
        Assert.False(head.Headers.Contains("Upload-Length"));
    }

    private async Task IsReadyAsync(Guid id)
    {
        using (var head = await HeadAsync(id))
            Assert.Equal((_file.Length, $"{_file.Length}", false), (Tus.OffsetOf(head), head.Headers.GetValues("Upload-Length").Single(), head.Headers.Contains("Upload-Defer-Length")));
        Assert.Equal(_file.Length, (int)(await _dj.UntilReadyAsync(id))["size_bytes"]!);
        Assert.Equal(SHA256.HashData(_file), SHA256.HashData(await _dj.Client.GetByteArrayAsync(new Uri(Uploading.PathOf(id, "/original.mp3"), UriKind.Relative))));
    }
}
