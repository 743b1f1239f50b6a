using System.Net;
using System.Security.Cryptography;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>Lines that break in the middle of a PATCH, in all the ways that lines do.</summary>
public sealed class TusBreakTests : IAsyncLifetime
{
    /// <summary>How many bytes come before it happens.</summary>
    private const int Sent = 150_000;

    private static readonly TimeSpan Seconds = TimeSpan.FromSeconds(15);

    private PlatformProcess _platform = null!;
    private Dj _dj = null!;
    private byte[] _file = null!;
    private Guid _id;

    public async Task InitializeAsync()
    {
        _platform = (await SharedPlatform.GetAsync()).Platform;
        _dj = await Dj.RegisterAsync(_platform);
        _file = await File.ReadAllBytesAsync(await Tone.NoiseMp3Async(seconds: 20));
        _id = await _dj.CreateTusAsync(_file.Length);
    }

    public Task DisposeAsync()
    {
        _dj.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_came_before_the_line_was_reset_or_cut_counts(bool isReset)
    {
        using (var line = await PatchAsync())
        {
            await SomeIsStoredAsync();
            await Eventually.That(line.HasArrived, Seconds, "the rest is being read");
            if (isReset)
                line.Reset();
        }
        await Eventually.That(async () => await _dj.OffsetAsync(_id) > 0, Seconds, "what came is kept");
        var kept = (int)(await _dj.OffsetAsync(_id))!.Value;
        Assert.InRange(kept, 1, Sent);
        await IsCompletedFromAsync(_dj, kept);
        Assert.DoesNotContain("Reading is already in progress", _platform.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_came_on_a_line_that_fell_silent_counts_while_it_is_open()
    {
        using var line = await PatchAsync();
        await Eventually.That(async () => await _dj.OffsetAsync(_id) == Sent, Seconds, "what came counts");
        // Its sender goes on by another line, of which the first is told when it wakes up.
        using (var next = await _dj.PatchTusAsync(_id, Sent, _file[Sent..200_000]))
            Assert.Equal((HttpStatusCode.NoContent, 200_000), (next.StatusCode, Tus.OffsetOf(next)));
        await line.SendAsync(_file[Sent..180_000]);
        Assert.Equal(HttpStatusCode.Conflict, await line.StatusAsync());
        Assert.Equal(2, Uploading.FilesOfUpload(_platform, _id).Length);
        await IsCompletedFromAsync(_dj, 200_000);
    }

    [Fact]
    public async Task A_line_that_stumbles_brings_all_of_it()
    {
        using var line = await PatchAsync();
        await Eventually.That(async () => await _dj.OffsetAsync(_id) == Sent, Seconds, "what came counts");
        await line.SendAsync(_file[Sent..]);
        Assert.Equal(HttpStatusCode.NoContent, await line.StatusAsync());
        await _dj.UntilReadyAsync(_id);
        await HasContentAsync(_dj);
    }

    [Fact]
    public async Task What_came_before_the_platform_was_killed_counts()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        _id = await dj.CreateTusAsync(_file.Length);
        using var line = await TusLine.PatchAsync(platform, dj, _id, 0, _file.Length, _file[..Sent]);
        await Eventually.That(async () => await dj.OffsetAsync(_id) == Sent, Seconds, "what came counts");
        await line.SendAsync(_file[Sent..200_000]);
        await platform.KillAsync();
        await platform.StartAsync();
        Assert.InRange((long)(await dj.OffsetAsync(_id))!, Sent, 200_000);
        await IsCompletedFromAsync(dj, (int)(await dj.OffsetAsync(_id))!);
    }

    [Fact]
    public async Task What_came_of_partial_uploads_and_without_a_length_before_the_platform_was_killed_counts()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        (string, string) partial = ("Upload-Concat", "partial");
        var first = await dj.CreateTusAsync(Sent, headers: partial);
        (await dj.PatchTusAsync(first, 0, _file[..Sent])).Dispose();
        using var begun = await dj.TusAsync(HttpMethod.Post, Tus.Path, headers: [partial, ("Upload-Defer-Length", "1")]);
        var second = Tus.IdOf(begun);
        using var line = await TusLine.PatchAsync(platform, dj, second, 0, _file.Length - Sent, _file[Sent..250_000]);
        await Eventually.That(async () => await dj.OffsetAsync(second) == 250_000 - Sent, Seconds, "what came counts");
        await platform.KillAsync();
        await platform.StartAsync();
        Assert.Equal((Sent, 250_000 - Sent), ((int)(await dj.OffsetAsync(first))!, (int)(await dj.OffsetAsync(second))!));
        using (var last = await dj.PatchTusAsync(second, 250_000 - Sent, _file[250_000..], ("Upload-Length", $"{_file.Length - Sent}")))
            Assert.Equal(HttpStatusCode.NoContent, last.StatusCode);
        using var made = await dj.TusAsync(HttpMethod.Post, Tus.Path, headers: ("Upload-Concat", $"final;{Tus.Path}/{first} {Tus.Path}/{second}"));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        _id = Tus.IdOf(made);
        await platform.KillAsync();
        await platform.StartAsync();
        await dj.UntilReadyAsync(_id);
        await HasContentAsync(dj);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_that_is_given_up_during_a_patch_leaves_nothing_and_is_no_fault(bool goesOn)
    {
        using var line = await PatchAsync();
        await Eventually.That(async () => await _dj.OffsetAsync(_id) == Sent, Seconds, "what came counts");
        using (var ended = await _dj.TusAsync(HttpMethod.Delete, $"{Tus.Path}/{_id}"))
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await line.SendAsync(goesOn ? _file[Sent..] : _file[Sent..^1]);
        if (goesOn)
        {
            Assert.Equal(HttpStatusCode.NotFound, await line.StatusAsync());
        }
        else
        {
            await SomeIsStoredAsync();
            line.Reset();
            await Eventually.That(() => !Incoming().Any(), Seconds, "the platform has noticed");
        }
        await Eventually.That(() => Uploading.FilesOfUpload(_platform, _id).Length == 0, Uploading.Soon, "nothing is left of it");
        Assert.DoesNotContain("Upload not found", _platform.Log, StringComparison.Ordinal);
    }

    private Task<TusLine> PatchAsync() => TusLine.PatchAsync(_platform, _dj, _id, 0, _file.Length, _file[..Sent]);

    private Task SomeIsStoredAsync() => Eventually.That(() => Incoming().Any(file => file.Length > 0), Seconds, "some of them are on the disk");

    /// <summary>What is on its way into the store.</summary>
    private IEnumerable<FileInfo> Incoming() => new DirectoryInfo(Path.Combine(_platform.DataFolder, "objects", ObjectKey.Incoming)).EnumerateFiles();

    private async Task IsCompletedFromAsync(Dj dj, int offset)
    {
        using (var rest = await dj.PatchTusAsync(_id, offset, _file[offset..]))
            Assert.Equal((HttpStatusCode.NoContent, _file.Length), (rest.StatusCode, Tus.OffsetOf(rest)));
        await dj.UntilReadyAsync(_id);
        await HasContentAsync(dj);
    }

    private async Task HasContentAsync(Dj dj) => Assert.Equal(
        SHA256.HashData(_file), SHA256.HashData(await dj.Client.GetByteArrayAsync(new Uri(Uploading.PathOf(_id, "/original.mp3"), UriKind.Relative))));
}
