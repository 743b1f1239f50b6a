using System.Globalization;
using System.Text;
using AudioOrleans.RelayHost.Gapless;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.RelayHost.Tests.Gapless;

public sealed class GaplessJoinerTests : IDisposable
{
    private readonly TestFolder _folder = new("gapless");
    private readonly DiskObjectStore _store;
    private readonly AudioPreparer _preparer;
    private readonly GaplessJoiner _joiner;

    public GaplessJoinerTests()
    {
        var (time, work) = (TimeProvider.System, new WorkOptions(_folder["work"]));
        _store = new DiskObjectStore(_folder["objects"], time);
        _preparer = new AudioPreparer(
            _store, new AudioProbe(time), new AudioEncoder(time), new AudioAnalysis(time), new VodSegmenter(_store), new CoverArt(_store), work);
        _joiner = new GaplessJoiner(_store, new VodSegmenter(_store), work, time);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("mp3", "-b:a 128k", 44100, 2)]
    [InlineData("mp3", "-b:a 320k", 44100, 2)]
    [InlineData("mp3", "-b:a 64k", 44100, 1)]
    [InlineData("mp3", "-q:a 2", 48000, 2)]
    [InlineData("mp3", "-b:a 64k", 22050, 1)]
    [InlineData("mp3", "-b:a 128k", 24000, 2)]
    [InlineData("m4a", "-b:a 128k", 44100, 2)]
    [InlineData("m4a", "-b:a 128k -use_editlist 0", 44100, 2)]
    [InlineData("flac", "-c:a flac", 44100, 2)]
    [InlineData("ogg", "-b:a 128k", 44100, 2)]
    public async Task A_tone_that_was_cut_into_two_files_plays_without_a_gap(string extension, string encoding, int sampleRate, int channels)
    {
        var first = await PrepareAsync("first", extension, encoding, sampleRate, channels, 0, 13.371);
        var second = await PrepareAsync("second", extension, encoding, sampleRate, channels, 13.371, 14);
        var join = (await _joiner.JoinAsync(TrackOf(first), TrackOf(second), "joined/", CancellationToken.None))!;
        var samples = await DecodeAsync(await JoinedAsync(first, join, second));
        Assert.Equal((join.Before.Duration + join.Mp3.Duration + second.Mp3.Duration - join.Replaced.Duration).TotalSeconds, samples.Length / (double)sampleRate, 0.001);
        Assert.InRange(join.Mp3.Duration.TotalSeconds, 4, 16);
        Assert.Null(UnbrokenTone.FindBreak(samples, sampleRate, 27.1, 13.371));

        // The same in HLS, where the join replaces segments.
        var segments = VodPlaylist.Parse(await TextAsync(join.PlaylistKey));
        Assert.Equal(join.Mp3.Duration.TotalSeconds, segments.Sum(segment => segment.Duration.TotalSeconds), 0.01);
        var before = VodPlaylist.Parse(await TextAsync(first.PlaylistKey))[..join.Before.Segments];
        Assert.Equal(join.Before.Duration.TotalSeconds, before.Sum(segment => segment.Duration.TotalSeconds), 0.01);
        var replaced = VodPlaylist.Parse(await TextAsync(second.PlaylistKey))[..join.Replaced.Segments];
        Assert.Equal(join.Replaced.Duration.TotalSeconds, replaced.Sum(segment => segment.Duration.TotalSeconds), 0.01);
    }

    [Fact]
    public async Task Two_files_without_a_join_have_a_gap_between_them()
    {
        var first = await PrepareAsync("first", "mp3", "-b:a 128k", 44100, 2, 0, 13.371);
        var second = await PrepareAsync("second", "mp3", "-b:a 128k", 44100, 2, 13.371, 14);
        var (one, other) = (await BytesAsync(first.Mp3Key), await BytesAsync(second.Mp3Key));
        var samples = await DecodeAsync([.. one[(int)first.Mp3.Offset..], .. other[(int)second.Mp3.Offset..]]);
        Assert.Contains("amplitude", UnbrokenTone.FindBreak(samples, 44100, 27.1, 13.371), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0, 0.5)]
    public async Task Tracks_with_silence_between_them_need_no_join(double silenceAtEnd, double silenceAtStart)
    {
        var first = await PrepareAsync("first", "mp3", "-b:a 128k", 44100, 2, 0, 13.371, $",apad=pad_dur={silenceAtEnd.ToString(CultureInfo.InvariantCulture)}");
        var second = await PrepareAsync("second", "mp3", "-b:a 128k", 44100, 2, 13.371, 14, $",adelay={(int)(silenceAtStart * 1000)}:all=1");
        Assert.Null(await _joiner.JoinAsync(TrackOf(first), TrackOf(second), "joined/", CancellationToken.None));
        Assert.Null(await _store.FindAsync("joined/audio.mp3"));
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(3, 14)]
    [InlineData(14, 3)]
    public async Task Short_tracks_are_joined_as_a_whole(double one, double other)
    {
        var first = await PrepareAsync("first", "mp3", "-b:a 128k", 44100, 2, 0, one);
        var second = await PrepareAsync("second", "mp3", "-b:a 128k", 44100, 2, one, other);
        var join = (await _joiner.JoinAsync(TrackOf(first), TrackOf(second), "joined/", CancellationToken.None))!;
        Assert.Null(UnbrokenTone.FindBreak(await DecodeAsync(await JoinedAsync(first, join, second)), 44100, one + other - 0.2, one));
    }

    private async Task<PreparedAudio> PrepareAsync(string name, string extension, string encoding, int sampleRate, int channels, double start, double seconds, string filter = "")
    {
        var path = _folder[$"{name}.{extension}"];
        await UnbrokenTone.WriteAsync(path, encoding, start, seconds, sampleRate, channels, filter);
        if (encoding.Contains("use_editlist", StringComparison.Ordinal))
            WriteItunesGaplessTag(path, (long)Math.Round(seconds * sampleRate));
        await using var file = File.OpenRead(path);
        await _store.PutAsync($"{name}/source", file, "audio/mpeg");
        return await _preparer.PrepareAsync(new PreparationRequest($"{name}/", $"{name}/source", AudioFileKinds.OfExtension(extension), [], null), _ => { }, CancellationToken.None);
    }

    private static void WriteItunesGaplessTag(string path, long samples)
    {
        using var file = TagLib.File.Create(path);
        var end = 1024 - ((1024 + samples) % 1024);
        ((TagLib.Mpeg4.AppleTag)file.GetTag(TagLib.TagTypes.Apple, create: true)).SetDashBox("com.apple.iTunes", "iTunSMPB", $" 00000000 00000400 {end:X8} {samples:X16}");
        file.Save();
    }

    private static JoinedTrack TrackOf(PreparedAudio audio) => new(audio.Mp3Key, audio.Mp3.Offset, audio.Mp3.Length, audio.Mp3.Padding!.Value, audio.PlaylistKey);

    private async Task<float[]> DecodeAsync(byte[] mp3)
    {
        var path = _folder["whole.mp3"];
        await File.WriteAllBytesAsync(path, mp3);
        return await UnbrokenTone.DecodeAsync(path);
    }

    private async Task<byte[]> JoinedAsync(PreparedAudio first, GaplessJoin join, PreparedAudio second)
    {
        var (one, between, other) = (await BytesAsync(first.Mp3Key), await BytesAsync(join.Mp3Key), await BytesAsync(second.Mp3Key));
        return
        [
            .. one.AsSpan((int)first.Mp3.Offset, (int)join.Before.Bytes), .. between,
            .. other.AsSpan((int)(second.Mp3.Offset + join.Replaced.Bytes), (int)(second.Mp3.Length - join.Replaced.Bytes)),
        ];
    }

    private async Task<byte[]> BytesAsync(string key)
    {
        await using var found = await _store.OpenAsync(key);
        using var copy = new MemoryStream();
        await found!.Content.CopyToAsync(copy);
        return copy.ToArray();
    }

    private async Task<string> TextAsync(string key) => Encoding.UTF8.GetString(await BytesAsync(key));
}
