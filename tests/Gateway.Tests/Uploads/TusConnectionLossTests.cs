using System.Net;
using System.Security.Cryptography;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Uploads;

/// <summary>Connections that are lost in the middle of a PATCH, in various ways.</summary>
public sealed class TusConnectionLossTests : IAsyncLifetime
{
    /// <summary>The number of bytes sent before the connection is lost.</summary>
    private const int Sent = 150_000;

    private static readonly TimeSpan ShortDeadline = TimeSpan.FromSeconds(15);

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
    public async Task Bytes_received_before_a_connection_was_reset_or_closed_are_kept(bool isReset)
    {
        using (var connection = await PatchAsync())
        {
            await SomeIsStoredAsync();
            await Eventually.That(connection.HasArrived, ShortDeadline, "the rest is being read");
            if (isReset)
                connection.Reset();
        }
        await Eventually.That(async () => await _dj.OffsetAsync(_id) > 0, ShortDeadline, "the received bytes are kept");
        var kept = (int)(await _dj.OffsetAsync(_id))!.Value;
        Assert.InRange(kept, 1, Sent);
        await IsCompletedFromAsync(_dj, kept);
        Assert.DoesNotContain("Reading is already in progress", _platform.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_received_on_a_silent_connection_are_kept_while_it_is_open()
    {
        using var connection = await PatchAsync();
        await Eventually.That(async () => await _dj.OffsetAsync(_id) == Sent, ShortDeadline, "the received bytes are kept");
        // The sender continues on another connection; the first one gets a conflict when it resumes.
        using (var next = await _dj.PatchTusAsync(_id, Sent, _file[Sent..200_000]))
            Assert.Equal((HttpStatusCode.NoContent, 200_000), (next.StatusCode, Tus.OffsetOf(next)));
        await connection.SendAsync(_file[Sent..180_000]);
        Assert.Equal(HttpStatusCode.Conflict, await connection.StatusAsync());
        Assert.Equal(2, Uploading.FilesOfUpload(_platform, _id).Length);
        await IsCompletedFromAsync(_dj, 200_000);
    }

    [Fact]
    public async Task A_connection_that_pauses_delivers_the_whole_file()
    {
        using var connection = await PatchAsync();
        await Eventually.That(async () => await _dj.OffsetAsync(_id) == Sent, ShortDeadline, "the received bytes are kept");
        await connection.SendAsync(_file[Sent..]);
        Assert.Equal(HttpStatusCode.NoContent, await connection.StatusAsync());
        await _dj.UntilReadyAsync(_id);
        await HasContentAsync(_dj);
    }

    [Fact]
    public async Task Bytes_received_before_the_platform_was_killed_are_kept()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        _id = await dj.CreateTusAsync(_file.Length);
        using var connection = await TusConnection.PatchAsync(platform, dj, _id, 0, _file.Length, _file[..Sent]);
        await Eventually.That(async () => await dj.OffsetAsync(_id) == Sent, ShortDeadline, "the received bytes are kept");
        await connection.SendAsync(_file[Sent..200_000]);
        await platform.KillAsync();
        await platform.StartAsync();
        Assert.InRange((long)(await dj.OffsetAsync(_id))!, Sent, 200_000);
        await IsCompletedFromAsync(dj, (int)(await dj.OffsetAsync(_id))!);
    }

    [Fact]
    public async Task Bytes_of_partial_uploads_and_of_uploads_with_a_deferred_length_survive_a_killed_platform()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        (string, string) partial = ("Upload-Concat", "partial");
        var first = await dj.CreateTusAsync(Sent, headers: partial);
        (await dj.PatchTusAsync(first, 0, _file[..Sent])).Dispose();
        using var begun = await dj.TusAsync(HttpMethod.Post, Tus.Path, headers: [partial, ("Upload-Defer-Length", "1")]);
        var second = Tus.IdOf(begun);
        using var connection = await TusConnection.PatchAsync(platform, dj, second, 0, _file.Length - Sent, _file[Sent..250_000]);
        await Eventually.That(async () => await dj.OffsetAsync(second) == 250_000 - Sent, ShortDeadline, "the received bytes are kept");
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
    public async Task An_upload_that_is_terminated_during_a_PATCH_leaves_nothing_and_logs_no_error(bool continues)
    {
        using var connection = await PatchAsync();
        await Eventually.That(async () => await _dj.OffsetAsync(_id) == Sent, ShortDeadline, "the received bytes are kept");
        using (var ended = await _dj.TusAsync(HttpMethod.Delete, $"{Tus.Path}/{_id}"))
            Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        await connection.SendAsync(continues ? _file[Sent..] : _file[Sent..^1]);
        if (continues)
        {
            Assert.Equal(HttpStatusCode.NotFound, await connection.StatusAsync());
        }
        else
        {
            await SomeIsStoredAsync();
            connection.Reset();
            await Eventually.That(() => !Incoming().Any(), ShortDeadline, "the platform has noticed the reset");
        }
        await Eventually.That(() => Uploading.FilesOfUpload(_platform, _id).Length == 0, Uploading.Deadline, "nothing of the upload is left");
        Assert.DoesNotContain("Upload not found", _platform.Log, StringComparison.Ordinal);
    }

    private Task<TusConnection> PatchAsync() => TusConnection.PatchAsync(_platform, _dj, _id, 0, _file.Length, _file[..Sent]);

    private Task SomeIsStoredAsync() => Eventually.That(() => Incoming().Any(file => file.Length > 0), ShortDeadline, "some of the bytes are on the disk");

    /// <summary>The files that are being written to the store.</summary>
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
