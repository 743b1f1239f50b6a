using System.Security.Cryptography;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Scanning;

namespace AudioOrleans.RelayHost.Tests.Ingest;

public sealed class FileIngestTests : IAsyncLifetime
{
    private byte[] _clean = null!;
    private byte[] _infected = null!;
    private ClamdServer _clamd = null!;

    private TestFolder Folder { get; set; } = null!;

    private DiskObjectStore Store { get; set; } = null!;

    public async Task InitializeAsync()
    {
        Folder = new TestFolder("intake");
        Store = new DiskObjectStore(Folder["objects"], TimeProvider.System);
        _clean = await Encoded.Mp3Async(128, seconds: 5);
        // Not at 128 kbit/s: clamd takes a file that begins with FF FB 90 for an MP3 and does not scan it any further.
        _infected = [.. await Encoded.Mp3Async(320, seconds: 3), 1, 2, 3];
        _clamd = await ClamdServer.StartAsync("1M", _infected);
    }

    public async Task DisposeAsync()
    {
        await _clamd.DisposeAsync();
        Folder.Dispose();
    }

    [Fact]
    public async Task A_clean_file_is_stored_and_its_hash_is_returned()
    {
        var taken = await TakeAsync(_clean, scans: true);
        Assert.Equal(new TakenFile(AudioFileKind.Mp3, _clean.Length, Convert.ToHexStringLower(SHA256.HashData(_clean))), taken);
        await using var kept = await Store.OpenAsync("files/one.mp3");
        using var copy = new MemoryStream();
        await kept!.Content.CopyToAsync(copy);
        Assert.Equal(_clean, copy.ToArray());
    }

    [Fact]
    public async Task An_infected_file_is_refused_with_the_name_of_the_virus()
    {
        var refused = await Assert.ThrowsAsync<FileRefusedException>(() => TakeAsync(_infected, scans: true));
        Assert.Equal(("infected", $"The file contains a virus: {ClamdServer.Signature}."), (refused.Reason, refused.Message));
        // Without a scanner the virus is not found.
        await TakeAsync(_infected, scans: false, key: "files/again.mp3");
    }

    [Fact]
    public async Task No_file_is_accepted_during_an_outage_of_the_scanner()
    {
        await _clamd.StopAsync();
        await Assert.ThrowsAsync<ScannerUnavailableException>(() => TakeAsync(_clean, scans: true));
        await _clamd.StartAsync();
        await TakeAsync(_clean, scans: true, key: "files/again.mp3");
    }

    [Theory]
    [InlineData(1_100_000)]
    [InlineData(3_000_000)]
    [InlineData(20_000_000)]
    public async Task A_file_that_is_too_long_for_the_scanner_is_refused_with_the_reason(int length)
    {
        var file = new byte[length];
        for (var at = 0; at < length; at += _clean.Length)
            _clean.AsSpan(0, Math.Min(_clean.Length, length - at)).CopyTo(file.AsSpan(at));
        var failed = await Assert.ThrowsAsync<ScannerUnavailableException>(() => TakeAsync(file, scans: true));
        Assert.Contains("size limit exceeded", failed.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_file_may_have_the_maximum_length_and_not_one_byte_more()
    {
        await TakeAsync(_clean, scans: false, maxBytes: _clean.Length);
        var refused = await Assert.ThrowsAsync<FileTooLargeException>(() => TakeAsync(_clean, scans: false, maxBytes: _clean.Length - 1, key: "files/two.mp3"));
        Assert.Equal(_clean.Length - 1, refused.MaxBytes);
        Assert.Null(await Store.FindAsync("files/two.mp3"));
    }

    [Theory]
    [InlineData("flac", AudioFileKind.Flac)]
    [InlineData("ogg", AudioFileKind.Ogg)]
    [InlineData("wav", AudioFileKind.Wav)]
    [InlineData("m4a", AudioFileKind.M4a)]
    [InlineData("mp3", AudioFileKind.Mp3)]
    [InlineData("aac", AudioFileKind.Aac)]
    public async Task The_audio_behind_long_tags_decides_the_kind_of_a_file(string extension, AudioFileKind kind)
    {
        var audio = await File.ReadAllBytesAsync(await Testing.Audio.AudioFiles.ToneAsync(extension));
        byte[] file = [.. OnDemand.AudioSnifferTests.Id3(100 * 1024), .. OnDemand.AudioSnifferTests.Id3(200 * 1024), .. OnDemand.AudioSnifferTests.Id3(10), .. audio];
        var taken = await Ingest(scans: false).TakeAsync(new MemoryStream(file), long.MaxValue, found => ValueTask.FromResult($"files/tagged.{found.Extension()}"), CancellationToken.None);
        Assert.Equal(new TakenFile(kind, file.Length, Convert.ToHexStringLower(SHA256.HashData(file))), taken);
        Assert.Equal(file.Length, (await Store.FindAsync($"files/tagged.{extension}"))!.Length);
        // The object under the first, wrong kind was deleted.
        Assert.Single(Directory.EnumerateFiles(Folder["objects"], "*tagged*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Tags_are_skipped_up_to_20_MiB_in_total()
    {
        byte[] tags = [.. Enumerable.Repeat(OnDemand.AudioSnifferTests.Id3(8 * 1024 * 1024), 3).SelectMany(tag => tag)];
        Assert.Equal("tags_too_large", (await Assert.ThrowsAsync<FileRefusedException>(() => TakeAsync([.. tags, .. _clean], scans: false))).Reason);
        Assert.Equal("not_audio", (await Assert.ThrowsAsync<FileRefusedException>(() => TakeAsync([.. tags[..(8 * 1024 * 1024)], .. new byte[100_000]], scans: false))).Reason);
        Assert.Null(await Store.FindAsync("files/one.mp3"));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(70_000)]
    public async Task A_file_whose_upload_breaks_off_is_not_stored(int after)
    {
        await using var broken = new BrokenStream(_clean[..after]);
        await Assert.ThrowsAsync<IOException>(() => Ingest(scans: false).TakeAsync(broken, long.MaxValue, _ => ValueTask.FromResult("files/broken.mp3"), CancellationToken.None));
        Assert.Null(await Store.FindAsync("files/broken.mp3"));
    }

    private Task<TakenFile> TakeAsync(byte[] file, bool scans, long maxBytes = long.MaxValue, string key = "files/one.mp3") =>
        Ingest(scans).TakeAsync(new MemoryStream(file), maxBytes, _ => ValueTask.FromResult(key), CancellationToken.None);

    private FileIngest Ingest(bool scans) => new(Store, new VirusScanner(new ScannerOptions(scans ? "127.0.0.1" : null, _clamd.Port), TimeProvider.System));

    /// <summary>Bytes that are followed by a failure instead of the end.</summary>
    private sealed class BrokenStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : throw new IOException("The sender has disconnected.");
        }
    }
}
