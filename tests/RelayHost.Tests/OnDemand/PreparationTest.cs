using System.Collections.Immutable;
using System.Text;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.OnDemand;

/// <summary>A preparer with its own store, and methods that read what it has prepared.</summary>
public abstract class PreparationTest : IDisposable
{
    protected PreparationTest()
    {
        var time = TimeProvider.System;
        Store = new DiskObjectStore(Folder["objects"], time);
        Preparer = new AudioPreparer(
            Store, new AudioProbe(time), new AudioEncoder(time), new AudioAnalysis(time), new VodSegmenter(Store), new CoverArt(Store), new WorkOptions(Folder["work"]));
    }

    protected TestFolder Folder { get; } = new("prepare");

    protected DiskObjectStore Store { get; }

    protected AudioPreparer Preparer { get; }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task<PreparedAudio> PrepareAsync(byte[] file, AudioFileKind kind, ImmutableArray<int>? renditions = null, double? target = null)
    {
        using var content = new MemoryStream(file);
        await Store.PutAsync("one/source", content, kind.ContentType());
        var percents = new List<int>();
        var prepared = await Preparer.PrepareAsync(
            new PreparationRequest("one/", "one/source", kind, renditions ?? [], target), percent => { lock (percents) percents.Add(percent); }, CancellationToken.None);
        Assert.Equal(100, percents[^1]);
        Assert.Equal(percents.Order(), percents);
        return prepared;
    }

    protected async Task<byte[]> BytesAsync(string key)
    {
        await using var found = await Store.OpenAsync(key);
        using var copy = new MemoryStream();
        await found!.Content.CopyToAsync(copy);
        return copy.ToArray();
    }

    protected async Task<string> TextAsync(string key) => Encoding.UTF8.GetString(await BytesAsync(key));

    protected async Task<byte[]> JoinAsync(IEnumerable<VodSegment> segments)
    {
        var all = new List<byte>();
        foreach (var segment in segments)
            all.AddRange(await BytesAsync($"one/hls/{segment.Uri}"));
        return [.. all];
    }

    protected static async Task<byte[]> DemuxAsync(byte[] stream, string format) => await FfmpegAsync(stream, ["-f", "mpegts", "-i", "pipe:0", "-c", "copy", .. WithoutTags(format), "-f", format, "pipe:1"]);

    private static string[] WithoutTags(string format) => format == "mp3" ? ["-write_xing", "0", "-id3v2_version", "0"] : [];

    protected static async Task<byte[]> FfmpegAsync(byte[] input, string[] arguments) => (await ProcessRunner.RunAsync(
        new ProcessCommand("ffmpeg", ["-hide_banner", "-loglevel", "error", .. arguments]), TimeSpan.FromMinutes(1), TimeProvider.System, new MemoryStream(input), 64 * 1024 * 1024)).Output.ToArray();
}
