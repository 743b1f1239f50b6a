using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.RelayHost.Tests.OnDemand;

/// <summary>Files that try to make ffmpeg open another file or an address: no demuxer may do either.</summary>
[Trait("Speed", "slow")]
public sealed class FfmpegIsolationTests : IDisposable
{
    private const string Secret = "CANARY-CANARY-CANARY";

    private readonly TestFolder _folder = new("canary");
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _url;

    public FfmpegIsolationTests()
    {
        _listener.Start();
        _url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/canary.mp3";
        File.WriteAllText(_folder["canary.txt"], string.Concat(Enumerable.Repeat(Secret, 5000)));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _folder.Dispose();
    }

    public static TheoryData<string> Texts => ["#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n{0}\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile '{0}'\n", "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXT-X-KEY:METHOD=AES-128,URI=\"{0}\"\n#EXTINF:6,\nconcat:{0}\n"];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task A_list_cannot_open_the_files_and_addresses_that_it_names(string text)
    {
        foreach (var target in new[] { _url, _folder["canary.txt"], $"file://{_folder["canary.txt"]}" })
        {
            var path = _folder[$"{Guid.NewGuid():N}.mp3"];
            await File.WriteAllTextAsync(path, text.Replace("{0}", target, StringComparison.Ordinal));
            Assert.Null(AudioSniffer.Sniff(await File.ReadAllBytesAsync(path)).Kind);
            foreach (var kind in Enum.GetValues<AudioFileKind>())
                await TryAllAsync(path, kind);
        }
        Assert.False(_listener.Pending());
    }

    [Fact]
    public async Task The_listener_would_notice_a_connection()
    {
        var path = _folder["list.m3u8"];
        await File.WriteAllTextAsync(path, $"#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n{_url}\n#EXT-X-ENDLIST\n");
        var ffprobe = await ChildProcess.StartAsync(new ProcessCommand("ffprobe", "-loglevel", "error", "-protocol_whitelist", "file,http,tcp", "-i", path), TimeProvider.System);
        await using (ffprobe)
            await Eventually.That(_listener.Pending, TimeSpan.FromSeconds(20), "an ffprobe without restrictions connects");
    }

    [Fact]
    public async Task A_track_with_samples_in_another_file_does_not_read_that_file()
    {
        var (own, loud) = (_folder["own.mov"], _folder["canary.raw"]);
        await File.WriteAllBytesAsync(loud, [.. Enumerable.Range(0, 2_000_000).Select(i => (byte)(i * 7919 % 251))]);
        var silent = await AudioFiles.MakeAsync("silent.mov", "-f", "lavfi", "-i", "anullsrc=sample_rate=44100:duration=3", "-c:a", "pcm_s16le", "-f", "mov");
        await File.WriteAllBytesAsync(own, WithReference(await File.ReadAllBytesAsync(silent), "alis", Alias(loud)));
        // Without restrictions, ffmpeg reads the other file, which is loud.
        var control = await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-enable_drefs", "1", "-use_absolute_path", "1", "-i", own, "-f", "s16le", "-c:a", "pcm_s16le", "pipe:1"),
            TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.Contains(control.Output.ToArray(), value => value != 0);

        Assert.Equal(AudioFileKind.M4a, AudioSniffer.Sniff(await File.ReadAllBytesAsync(own)).Kind);
        var analysed = await TryAsync(() => new AudioAnalysis(TimeProvider.System).RunAsync(new EncoderInput(own, AudioFileKind.M4a, null), inBackground: false, CancellationToken.None));
        Assert.All(analysed.Waveform?.Data ?? [], value => Assert.Equal(0, value));
        await TryAllAsync(own, AudioFileKind.M4a);

        var far = _folder["far.mov"];
        await File.WriteAllBytesAsync(far, WithReference(await File.ReadAllBytesAsync(silent), "url ", [0, 0, 0, 0, .. Encoding.ASCII.GetBytes(_url), 0, .. new byte[200]]));
        await TryAllAsync(far, AudioFileKind.M4a);
        Assert.False(_listener.Pending());
    }

    /// <summary>Runs everything on a file that the product does with files.</summary>
    private async Task TryAllAsync(string path, AudioFileKind kind)
    {
        var input = new EncoderInput(path, kind, null);
        var output = _folder[$"{Guid.NewGuid():N}.out"];
        var encoder = new AudioEncoder(TimeProvider.System);
        var probed = await TryAsync(() => new AudioProbe(TimeProvider.System).ProbeAsync(path, kind, CancellationToken.None));
        Assert.DoesNotContain(Secret, $"{probed}", StringComparison.Ordinal);
        await TryAsync(async () =>
        {
            await encoder.ToMp3Async(input, output, AudioEncoder.HouseFormat, 128, _ => { }, CancellationToken.None);
            return true;
        });
        await TryAsync(async () =>
        {
            await encoder.CopyAacAsync(input, output + ".aac", _ => { }, CancellationToken.None);
            return true;
        });
        await TryAsync(() => new AudioAnalysis(TimeProvider.System).RunAsync(input, inBackground: false, CancellationToken.None));
        foreach (var made in Directory.EnumerateFiles(_folder.Path, "*.out*"))
            Assert.DoesNotContain(Secret, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(made)), StringComparison.Ordinal);
    }

    private static async Task<T?> TryAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (UnusableAudioException)
        {
            return default;
        }
    }

    /// <summary>A Macintosh alias record with an absolute path, as ffmpeg reads them.</summary>
    private static byte[] Alias(string path)
    {
        var name = Encoding.ASCII.GetBytes(path.Replace('/', ':') + (path.Length % 2 == 1 ? "\0" : ""));
        var record = new byte[4 + 10 + 28 + 12 + 64 + 16 + 4 + 16];
        // No volume and no file name, only the path; flags 0 mean "not in this file".
        var length = new byte[4];
        BinaryPrimitives.WriteInt16BigEndian(length, 2);
        BinaryPrimitives.WriteInt16BigEndian(length.AsSpan(2), (short)name.Length);
        return [.. record, .. length, .. name, 0xFF, 0xFF, 0, 0];
    }

    /// <summary>Replaces the data reference of a file whose moov box is last, so that no offset changes.</summary>
    private static byte[] WithReference(byte[] file, string type, byte[] content)
    {
        var parents = new List<int>();
        var (at, end) = (0, file.Length);
        foreach (var name in new[] { "moov", "trak", "mdia", "minf", "dinf", "dref" })
        {
            while (Encoding.ASCII.GetString(file, at + 4, 4) != name)
                at += (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            parents.Add(at);
            end = at + (int)BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at));
            at += 8;
        }
        var entry = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(entry, content.Length + 8);
        Encoding.ASCII.GetBytes(type).CopyTo(entry, 4);
        var start = at + 8; // After the version, the flags and the count, which stays one.
        byte[] changed = [.. file[..start], .. entry, .. content, .. file[end..]];
        foreach (var parent in parents)
            BinaryPrimitives.WriteInt32BigEndian(changed.AsSpan(parent), BinaryPrimitives.ReadInt32BigEndian(changed.AsSpan(parent)) + changed.Length - file.Length);
        return changed;
    }
}
