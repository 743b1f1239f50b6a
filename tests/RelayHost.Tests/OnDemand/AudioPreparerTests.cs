using System.Globalization;
using System.Text.Json;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.RelayHost.Tests.OnDemand;

public sealed class AudioPreparerTests : PreparationTest
{
    [Fact]
    public async Task Mp3_frames_are_copied_bit_for_bit_into_segments_that_add_up()
    {
        var frames = await Encoded.Mp3Async(128, seconds: 20, sound: "noise");
        var prepared = await PrepareAsync([.. AudioSnifferTests.Id3(300 * 1024), .. frames], AudioFileKind.Mp3);
        Assert.Equal(("one/source", 300L * 1024 + 10, (long)frames.Length), (prepared.Mp3Key, prepared.Mp3.Offset, prepared.Mp3.Length));
        Assert.Equal((new AudioFormat(AudioCodec.Mp3, 44100, 2), 128_000), (prepared.Mp3.Format, (int)Math.Round(prepared.BitsPerSecond!.Value / 1000.0) * 1000));

        var segments = VodPlaylist.Parse(await TextAsync("one/hls/manifest.m3u8"));
        Assert.Equal(4, segments.Length);
        Assert.All(segments, segment => Assert.InRange(segment.Duration.TotalSeconds, 0.5, 6.1));
        Assert.Equal(prepared.Mp3.Duration.TotalSeconds, segments.Sum(segment => segment.Duration.TotalSeconds), segments.Length * 1152 / 44100.0);
        Assert.InRange(prepared.Mp3.Duration.TotalSeconds, 20, 20.1);
        var stream = await JoinAsync(segments);
        Assert.Equal(frames, await DemuxAsync(stream, "mp3"));
        Assert.Equal(new AudioSpan(0, frames.Length, prepared.Mp3.Duration, prepared.Mp3.Format), await MeasureAsync(frames));
        foreach (var segment in segments)
            Assert.Equal("", await WarningsAsync(await BytesAsync($"one/hls/{segment.Uri}")));
        Assert.False(Directory.EnumerateFileSystemEntries(Folder["work"]).Any());
    }

    [Fact]
    public async Task Concatenated_files_play_without_the_tags_between_them()
    {
        var frames = await Encoded.Mp3Async(128, seconds: 10, sound: "noise");
        var prepared = await PrepareAsync([.. frames, .. AudioSnifferTests.Id3(5000), .. frames], AudioFileKind.Mp3);
        Assert.Equal(("one/audio.mp3", 0L), (prepared.Mp3Key, prepared.Mp3.ForeignBytes));
        byte[] joined = [.. frames, .. frames];
        Assert.Equal(joined, await BytesAsync("one/audio.mp3"));
        Assert.Equal(joined, await DemuxAsync(await JoinAsync(VodPlaylist.Parse(await TextAsync("one/hls/manifest.m3u8"))), "mp3"));
    }

    [Fact]
    public async Task Concatenated_files_play_without_their_Xing_frames()
    {
        var frames = await Encoded.Mp3Async(128, seconds: 10, sound: "noise");
        var table = XingFrame.Make(44100, 2, 10 * 44100, frames.Length, isConstant: true, _ => 0);
        var prepared = await PrepareAsync([.. table, .. frames, .. table, .. frames], AudioFileKind.Mp3);
        byte[] joined = [.. frames, .. frames];
        Assert.Equal("one/audio.mp3", prepared.Mp3Key);
        Assert.Equal(joined, await BytesAsync("one/audio.mp3"));
        Assert.Equal(joined, await DemuxAsync(await JoinAsync(VodPlaylist.Parse(await TextAsync("one/hls/manifest.m3u8"))), "mp3"));
    }

    [Fact]
    public async Task A_file_with_a_variable_bitrate_has_a_position_for_every_six_seconds()
    {
        var variable = await Encoded.Mp3Async(2, seconds: 40, sound: "bursts");
        var positions = (await PrepareAsync(variable, AudioFileKind.Mp3)).Mp3.Positions;
        Assert.Equal(7, positions.Length);
        Assert.Equal(0, positions[0]);
        foreach (var (position, i) in positions.Select((position, i) => (position, i)))
        {
            Assert.True(FrameHeader.TryRead(variable.AsSpan(position), out _));
            Assert.InRange(Encoded.Sum(Encoded.Chunks(variable[..position])).TotalSeconds, (6 * i) - 0.3, (6 * i) + 0.1); // The last chunk is incomplete.
        }
        Assert.Empty((await PrepareAsync(await Encoded.Mp3Async(128, seconds: 40), AudioFileKind.Mp3)).Mp3.Positions);
    }

    [Theory]
    [InlineData("aac", AudioFileKind.Aac)]
    [InlineData("m4a", AudioFileKind.M4a)]
    public async Task Aac_is_copied_and_an_mp3_is_added(string extension, AudioFileKind kind)
    {
        var file = await File.ReadAllBytesAsync(await AudioFiles.ToneAsync(extension, 20));
        var prepared = await PrepareAsync(file, kind);
        Assert.Equal(("one/audio.mp3", "one/hls/mp3.m3u8"), (prepared.Mp3Key, prepared.PlaylistKey));
        var expected = kind == AudioFileKind.Aac ? file : await AdtsOfAsync(file);
        Assert.Equal(expected, await DemuxAsync(await JoinAsync(VodPlaylist.Parse(await TextAsync("one/hls/manifest.m3u8"))), "adts"));
        var mp3 = await JoinAsync(VodPlaylist.Parse(await TextAsync("one/hls/mp3.m3u8")));
        Assert.Equal((await BytesAsync("one/audio.mp3"))[(int)prepared.Mp3.Offset..(int)(prepared.Mp3.Offset + prepared.Mp3.Length)], await DemuxAsync(mp3, "mp3"));
        Assert.InRange(prepared.Mp3.Duration.TotalSeconds, 19.9, 20.2);
    }

    [Theory]
    [InlineData("mp2", AudioFileKind.Mp2)]
    [InlineData("aiff", AudioFileKind.Aiff)]
    [InlineData("wma", AudioFileKind.Asf)]
    [InlineData("wv", AudioFileKind.WavPack)]
    [InlineData("mka", AudioFileKind.Matroska)]
    [InlineData("webm", AudioFileKind.Matroska)]
    [InlineData("ac3", AudioFileKind.Ac3)]
    [InlineData("eac3", AudioFileKind.Eac3)]
    [InlineData("tta", AudioFileKind.Tta)]
    public async Task Other_formats_that_ffmpeg_decodes_are_converted(string extension, AudioFileKind kind)
    {
        var prepared = await PrepareAsync(await File.ReadAllBytesAsync(await AudioFiles.ToneAsync(extension)), kind);
        Assert.Equal(AudioEncoder.HouseFormat, prepared.Mp3.Format);
        Assert.InRange(prepared.Mp3.Duration.TotalSeconds, 7.9, 8.2);
    }

    [Theory]
    [InlineData(7.95, 7.95)]
    [InlineData(3, 8)] // The tag was copied from another file.
    public async Task The_gapless_tag_of_iTunes_is_used_if_it_is_plausible(double noted, double heard)
    {
        var path = await AudioFiles.ToneAsync("m4a");
        var copy = Path.Combine(Path.GetDirectoryName(path)!, $"noted-{noted:0}.m4a");
        File.Copy(path, copy, overwrite: true);
        using (var file = TagLib.File.Create(copy))
        {
            var samples = (long)(noted * file.Properties.AudioSampleRate);
            ((TagLib.Mpeg4.AppleTag)file.GetTag(TagLib.TagTypes.Apple)).SetDashBox("com.apple.iTunes", "iTunSMPB", $" 00000000 00000400 000001CA {samples:X16} 00000000");
            file.Save();
        }
        var prepared = await PrepareAsync(await File.ReadAllBytesAsync(copy), AudioFileKind.M4a);
        var (start, end) = (prepared.Mp3.Padding!.Value.Start, prepared.Mp3.Padding.Value.End);
        Assert.Equal(heard, prepared.Mp3.Duration.TotalSeconds - ((start + end) / 44100.0), 0.002);
    }

    [Theory]
    [InlineData("flac", "flac", AudioFileKind.Flac)]
    [InlineData("ogg", "libvorbis", AudioFileKind.Ogg)]
    [InlineData("opus", "libopus", AudioFileKind.Ogg)]
    [InlineData("ac3", "ac3", AudioFileKind.Ac3)]
    public async Task Six_channels_are_equally_loud_from_every_codec_and_never_clip(string extension, string codec, AudioFileKind kind)
    {
        // Six tones of -3 dBFS each.
        var tones = string.Join(';', Enumerable.Range(0, 6).Select(i => $"aevalsrc=0.7*sin({2 * Math.PI * (300 + (100 * i)):0.000}*t):s=48000:d=8[c{i}]"));
        var file = await File.ReadAllBytesAsync(await AudioFiles.MakeAsync(
            $"six.{extension}", "-filter_complex", $"{tones};[c0][c1][c2][c3][c4][c5]join=inputs=6:channel_layout=5.1[out]", "-map", "[out]", "-c:a", codec, "-b:a", "448k"));
        var prepared = await PrepareAsync(file, kind);
        var loudness = await Preparer.AnalyseAsync("one/", prepared.Mp3Key, CancellationToken.None);
        Assert.InRange(loudness.IntegratedLufs!.Value, -9.6, -7.6);
        Assert.InRange(loudness.TruePeakDbtp!.Value, -6, 0);

        var louder = await PrepareAsync(file, kind, target: -16);
        Assert.InRange((await Preparer.AnalyseAsync("one/", louder.Mp3Key, CancellationToken.None)).IntegratedLufs!.Value, -16.5, -15.5);
    }

    [Fact]
    public async Task A_late_first_granule_does_not_lengthen_an_opus_file()
    {
        // Thirty hours were broadcast before this recording began (RFC 7845, section 4.5).
        var file = Ogg.Shift(await File.ReadAllBytesAsync(await AudioFiles.ToneAsync("opus")), granules: 30L * 3600 * 48_000);
        var prepared = await PrepareAsync(file, AudioFileKind.Ogg);
        Assert.InRange(prepared.Mp3.Duration.TotalSeconds, 7.8, 8.2);
    }

    [Fact]
    public async Task A_wrong_frame_count_does_not_lengthen_an_mp3()
    {
        var frames = await Encoded.Mp3Async(128, seconds: 8);
        var prepared = await PrepareAsync([.. XingFrame.Make(44100, 2, 4_000_000L * 1152, frames.Length, isConstant: true, _ => 0), .. frames], AudioFileKind.Mp3);
        Assert.InRange(prepared.Mp3.Duration.TotalSeconds, 7.9, 8.1);
    }

    [Fact]
    public async Task Renditions_are_listed_in_a_multivariant_playlist()
    {
        await PrepareAsync(await Encoded.Mp3Async(192, seconds: 13), AudioFileKind.Mp3, [64, 128]);
        var manifest = await TextAsync("one/hls/manifest.m3u8");
        Assert.Equal(3, manifest.Split("#EXT-X-STREAM-INF:").Length - 1);
        Assert.Contains("CODECS=\"mp4a.40.2\"\naac64.m3u8\n", manifest, StringComparison.Ordinal);
        Assert.Contains("CODECS=\"mp4a.40.34\"\nsource.m3u8\n", manifest, StringComparison.Ordinal);
        foreach (var (playlist, kbps) in new[] { ("source", 192), ("aac64", 64), ("aac128", 128) })
        {
            var segments = VodPlaylist.Parse(await TextAsync($"one/hls/{playlist}.m3u8"));
            Assert.InRange(segments.Sum(segment => segment.Duration.TotalSeconds), 12.9, 13.2);
            Assert.Equal("", await WarningsAsync(await JoinAsync(segments)));
            var line = manifest.Split('\n').Single(text => text.StartsWith("#EXT-X-STREAM-INF", StringComparison.Ordinal) && manifest.Contains($"{text}\n{playlist}.m3u8", StringComparison.Ordinal));
            // Includes the packaging; the AAC encoder of ffmpeg stays below its bitrate for a tone.
            Assert.InRange(int.Parse(line.Split('=', ',')[1], CultureInfo.InvariantCulture), kbps * 500, kbps * 1500);
        }
    }

    [Fact]
    public async Task The_loudness_target_is_met_and_the_loudness_is_measured()
    {
        var path = await AudioFiles.MakeAsync("quiet.wav", "-f", "lavfi", "-i", "sine=frequency=1000:sample_rate=48000:duration=12", "-filter_complex", "volume=0.25", "-ac", "2");
        var prepared = await PrepareAsync(await File.ReadAllBytesAsync(path), AudioFileKind.Wav, [], -18);
        var loudness = await Preparer.AnalyseAsync("one/", prepared.Mp3Key, CancellationToken.None);
        Assert.InRange(loudness.IntegratedLufs!.Value, -19, -17);

        // A sine of 997 Hz at -23 dBFS in both channels is -23 LUFS (EBU Tech 3341, case 1).
        var reference = await AudioFiles.MakeAsync("reference.wav", "-f", "lavfi", "-i", "aevalsrc=0.070794578*sin(2*PI*1000*t)|0.070794578*sin(2*PI*1000*t):sample_rate=48000:duration=20");
        var measured = await new AudioAnalysis(TimeProvider.System).RunAsync(new EncoderInput(reference, AudioFileKind.Wav, null), inBackground: false, CancellationToken.None);
        Assert.InRange(measured.Loudness.IntegratedLufs!.Value, -23.5, -22.5);
        Assert.InRange(measured.Loudness.TruePeakDbtp!.Value, -23.5, -22.5);
        Assert.Equal(0, new Loudness(-23, 0, -0.5).GainTo(-16)); // There is no headroom left.
        Assert.Equal(-7, new Loudness(-9, 0, 0).GainTo(-16));
        Assert.Equal(0, new Loudness(null, 0, null).GainTo(-16));
    }

    [Fact]
    public async Task The_analysis_runs_in_the_background()
    {
        var frames = await Encoded.Mp3Async(128, seconds: 20, sound: "noise");
        using var audio = new MemoryStream([.. Enumerable.Repeat(frames, 60).SelectMany(bytes => bytes)]);
        await Store.PutAsync("long/source", audio, "audio/mpeg");
        using var cancellation = new CancellationTokenSource();
        var analysis = Preparer.AnalyseAsync("long/", "long/source", cancellation.Token);
        int? niceness = null;
        await Eventually.That(() => (niceness = LiveProcess.NicenessOf(Folder["work"])) > 0 || analysis.IsCompleted, TimeSpan.FromSeconds(20), "ffmpeg runs in the background");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => analysis);
        Assert.InRange(niceness!.Value, 15, 19);
    }

    [Fact]
    public async Task Silence_has_no_loudness_and_a_flat_waveform()
    {
        await PrepareAsync(await Encoded.Mp3Async(128, seconds: 5, sound: "silence"), AudioFileKind.Mp3);
        Assert.Null((await Preparer.AnalyseAsync("one/", "one/source", CancellationToken.None)).IntegratedLufs);
        using var waveform = JsonDocument.Parse(await TextAsync("one/waveform.json"));
        var root = waveform.RootElement;
        Assert.Equal((2, 1, 8, 8000), (root.GetProperty("version").GetInt32(), root.GetProperty("channels").GetInt32(), root.GetProperty("bits").GetInt32(), root.GetProperty("sample_rate").GetInt32()));
        var data = root.GetProperty("data").EnumerateArray().Select(value => value.GetInt32()).ToList();
        Assert.Equal(2 * root.GetProperty("length").GetInt32(), data.Count);
        Assert.All(data, value => Assert.InRange(value, -1, 0));
        Assert.InRange(root.GetProperty("length").GetInt32() * root.GetProperty("samples_per_pixel").GetInt32() / 8000.0, 4.9, 5.3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_earlier_transcode_is_used_unless_it_is_damaged(bool isDamaged)
    {
        var prepared = await PrepareAsync(await Encoded.Mp3Async(64, sampleRate: 22050, channels: 1, seconds: 5), AudioFileKind.Mp3);
        var before = isDamaged ? new byte[1000] : await Encoded.Mp3Async(128, seconds: 3);
        await Store.PutAsync("two/matched.mp3", new MemoryStream(before), "audio/mpeg", default, CancellationToken.None);
        var span = await Preparer.TranscodeAsync(prepared.Mp3Key, AudioEncoder.HouseFormat, "two/matched.mp3", _ => { }, CancellationToken.None);
        Assert.InRange(span.Duration.TotalSeconds, isDamaged ? 5 : 3, isDamaged ? 5.2 : 3.2);
        Assert.Equal(AudioEncoder.HouseFormat, span.Format);
        Assert.Equal(span.Offset + span.Length, (await Store.FindAsync("two/matched.mp3"))!.Length);
    }

    [Theory]
    [InlineData(AudioFileKind.Mp3, null, "bytes")]
    [InlineData(AudioFileKind.Mp3, -16.0, "bytes")]
    [InlineData(AudioFileKind.Aac, null, "frame")]
    [InlineData(AudioFileKind.M4a, null, "seconds")]
    [InlineData(AudioFileKind.Flac, null, "seconds")]
    [InlineData(AudioFileKind.Wav, null, "bytes")]
    [InlineData(AudioFileKind.Ogg, null, "page")]
    [InlineData(AudioFileKind.Aiff, null, "bytes")]
    [InlineData(AudioFileKind.Asf, null, "bytes")]
    [InlineData(AudioFileKind.WavPack, null, "seconds")]
    [InlineData(AudioFileKind.Matroska, null, "seconds")]
    public async Task A_file_that_was_cut_off_plays_as_far_as_it_goes_and_has_a_warning(AudioFileKind kind, double? target, string sign)
    {
        var extension = kind.Extension();
        // Without faststart, the index of an MP4 is at its end, and a file without its index cannot be played.
        string[] arguments = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:duration=30", "-ac", "2", .. kind == AudioFileKind.M4a ? new[] { "-movflags", "+faststart" } : []];
        var file = await File.ReadAllBytesAsync(await AudioFiles.MakeAsync($"whole.{extension}", arguments));
        Assert.Null((await PrepareAsync(file, kind, target: target)).Warning);
        var prepared = await PrepareAsync(file[..(file.Length * 2 / 3)], kind, target: target);
        Assert.InRange(prepared.Mp3.Duration.TotalSeconds, 18.5, 21);
        Assert.Contains(sign, prepared.Warning, StringComparison.Ordinal);
        Assert.EndsWith("it may have been cut off.", prepared.Warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_audio_is_refused()
    {
        await Assert.ThrowsAsync<UnusableAudioException>(() => PrepareAsync([.. "fLaC"u8, .. new byte[5000]], AudioFileKind.Flac));
        await Assert.ThrowsAsync<UnusableAudioException>(() => PrepareAsync(new byte[5000], AudioFileKind.Mp3));
        await Assert.ThrowsAsync<UnusableAudioException>(() => PrepareAsync([1, 2, 3], AudioFileKind.M4a));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Folder["work"]));
    }

    private async Task<AudioSpan?> MeasureAsync(byte[] bytes)
    {
        var path = Folder["measured"];
        await File.WriteAllBytesAsync(path, bytes);
        return await new FrameFile(path).MeasureAsync(CancellationToken.None);
    }

    private async Task<byte[]> AdtsOfAsync(byte[] m4a)
    {
        var path = Folder["source.m4a"];
        await File.WriteAllBytesAsync(path, m4a);
        return await FfmpegAsync([], ["-i", path, "-c", "copy", "-f", "adts", "pipe:1"]);
    }

    private static async Task<string> WarningsAsync(byte[] segment) => (await Encoded.DecodeAsync(segment, "mpegts", 44100, 2)).Warnings;
}
