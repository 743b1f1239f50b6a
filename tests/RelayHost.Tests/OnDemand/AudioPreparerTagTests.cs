using System.Text;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.RelayHost.Tests.OnDemand;

/// <summary>The tags and the covers of files.</summary>
public sealed class AudioPreparerTagTests : PreparationTest
{
    [Fact]
    public async Task Tags_of_all_kinds_of_writers_are_read()
    {
        var frames = await Encoded.Mp3Async(128, seconds: 2);
        var (icon, front) = ((byte[])[0x89, .. "PNG\r\n\u001a\n"u8, .. new byte[200]], (byte[])[0xFF, 0xD8, 0xFF, 0xE0, .. new byte[300]]);
        foreach (var (tag, expected) in new (byte[], string)[]
        {
            // UTF-16 without a byte order mark, which is encoding 2 of ID3v2.4, and with one.
            (Tags.Id3v2(4, Tags.Frame(4, "TIT2", [2, .. Encoding.BigEndianUnicode.GetBytes("No mark")])), "No mark"),
            (Tags.Id3v2(3, Tags.Frame(3, "TIT2", [1, 0xFF, 0xFE, .. Encoding.Unicode.GetBytes("It’s Broken")])), "It’s Broken"),
            // The whole tag unsynchronised: FF 00 stands for FF (ID3v2.3, section 5).
            (Tags.Unsynchronise(Tags.Id3v2(3, Tags.Frame(3, "TIT2", [1, 0xFF, 0xFE, .. Encoding.Unicode.GetBytes("ÿÿ It’s")])), 3), "ÿÿ It’s"),
            (Tags.Id3v2(3, Tags.Frame(3, "TIT2", [0, .. Encoding.Latin1.GetBytes("Don\u0092t")])), "Don’t"),
            (Tags.Id3v2(3, Tags.Frame(3, "TIT2", [0, .. "Größe"u8])), "Größe"),
        })
        {
            Assert.Equal(expected, (await PrepareAsync([.. tag, .. frames], AudioFileKind.Mp3)).Tags.Title);
        }
        var ape = await PrepareAsync([.. frames, .. Tags.Ape(("Title", "APE title"), ("Artist", "AC/DC"))], AudioFileKind.Mp3);
        Assert.Equal(("APE title", "AC/DC", false), (ape.Tags.Title, ape.Tags.Artist, ape.HasArt));
        var pictures = await PrepareAsync(
            [.. Tags.Id3v2(3, [.. Tags.Frame(3, "TPE1", [0, .. "AC/DC"u8]), .. Tags.Picture("image/png", 1, icon), .. Tags.Picture("image/jpeg", 3, front)]), .. frames], AudioFileKind.Mp3);
        Assert.Equal(("AC/DC", true), (pictures.Tags.Artist, pictures.HasArt));
        Assert.Equal(front, await BytesAsync("one/art"));
    }

    [Fact]
    public async Task The_pictures_of_a_video_are_not_a_cover()
    {
        var video = await File.ReadAllBytesAsync(await AudioFiles.MakeAsync(
            "video.mp4", "-f", "lavfi", "-i", "sine=duration=3", "-f", "lavfi", "-i", "testsrc=size=64x64:duration=3", "-c:v", "mpeg4", "-c:a", "aac", "-shortest"));
        Assert.False((await PrepareAsync(video, AudioFileKind.M4a)).HasArt);
    }

    [Theory]
    [InlineData("flac", AudioFileKind.Flac)]
    [InlineData("wav", AudioFileKind.Wav)]
    [InlineData("ogg", AudioFileKind.Ogg)]
    [InlineData("opus", AudioFileKind.Ogg)]
    [InlineData("wma", AudioFileKind.Asf)]
    [InlineData("wv", AudioFileKind.WavPack)]
    [InlineData("mka", AudioFileKind.Matroska)]
    [InlineData("webm", AudioFileKind.Matroska)]
    [InlineData("tta", AudioFileKind.Tta)]
    public async Task Other_formats_are_converted_and_keep_their_tags(string extension, AudioFileKind kind)
    {
        var prepared = await PrepareAsync(await File.ReadAllBytesAsync(await AudioFiles.TaggedAsync(extension)), kind);
        Assert.Equal(("A title", "An artist", "An album"), (prepared.Tags.Title, prepared.Tags.Artist, prepared.Tags.Album));
        Assert.Equal(("one/audio.mp3", AudioEncoder.HouseFormat), (prepared.Mp3Key, prepared.Mp3.Format));
        Assert.InRange(prepared.Mp3.Duration.TotalSeconds, 7.9, 8.2);
        var stream = await JoinAsync(VodPlaylist.Parse(await TextAsync("one/hls/manifest.m3u8")));
        Assert.Equal((await BytesAsync("one/audio.mp3"))[(int)prepared.Mp3.Offset..], await DemuxAsync(stream, "mp3"));
    }

    [Theory]
    [InlineData("flac", AudioFileKind.Flac)]
    [InlineData("ogg", AudioFileKind.Ogg)]
    [InlineData("m4a", AudioFileKind.M4a)]
    public async Task A_file_that_begins_with_long_tags_is_prepared(string extension, AudioFileKind kind)
    {
        var file = await File.ReadAllBytesAsync(await AudioFiles.ToneAsync(extension));
        var prepared = await PrepareAsync([.. AudioSnifferTests.Id3(100 * 1024), .. AudioSnifferTests.Id3(70 * 1024), .. file], kind);
        Assert.InRange(prepared.Mp3.Duration.TotalSeconds, 7.9, 8.2);
    }

    [Theory]
    [InlineData("png", "image/png")]
    [InlineData("mjpeg", "image/jpeg")]
    public async Task A_cover_is_stored_unchanged(string codec, string type)
    {
        var prepared = await PrepareAsync(await File.ReadAllBytesAsync(await AudioFiles.WithCoverAsync(codec)), AudioFileKind.Mp3);
        Assert.True(prepared.HasArt);
        Assert.Equal(type, CoverArt.ContentTypeOf(await BytesAsync("one/art")));
        Assert.Equal("A title", prepared.Tags.Title);
    }

    [Fact]
    public async Task Long_tags_and_control_characters_are_cleaned()
    {
        var title = "A\u0001B\u0007C" + new string('x', 10_000);
        var lyrics = Folder["lyrics.txt"];
        await File.WriteAllTextAsync(lyrics, $";FFMETADATA1\ntitle={title}\n{string.Concat(Enumerable.Range(0, 8).Select(i => $"note{i}={new string('\u0001', 500_000)}\n"))}");
        var path = Folder["tags.flac"];
        await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", "-loglevel", "error", "-nostdin", "-f", "lavfi", "-i", "sine=duration=3", "-i", lyrics, "-map_metadata", "1", "-map", "0", path), TimeSpan.FromMinutes(1), TimeProvider.System);
        // As JSON they are six times as long, which exceeds the limit for the output of a program: unused tags must not make the file unreadable.
        Assert.True(new FileInfo(path).Length > 3_000_000);
        var prepared = await PrepareAsync(await File.ReadAllBytesAsync(path), AudioFileKind.Flac);
        Assert.StartsWith("ABCxxx", prepared.Tags.Title, StringComparison.Ordinal);
        Assert.Equal(500, prepared.Tags.Title!.Length);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Chapters_of_an_mp3_are_read(int version)
    {
        var metadata = Folder["chapters.txt"];
        await File.WriteAllTextAsync(metadata, ";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1500\ntitle=Grüße 🎧\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=1500\nEND=3000\ntitle=Second\n");
        var path = Folder[$"chapters-{version}.mp3"];
        await ProcessRunner.RunAsync(
            new ProcessCommand(
                "ffmpeg", "-loglevel", "error", "-nostdin", "-f", "lavfi", "-i", "sine=duration=3", "-i", metadata, "-map_metadata", "1", "-map_chapters", "1", "-map", "0", "-id3v2_version", $"{version}", path),
            TimeSpan.FromMinutes(1), TimeProvider.System);
        var prepared = await PrepareAsync(await File.ReadAllBytesAsync(path), AudioFileKind.Mp3);
        Assert.Equal(
            [new FileChapter(TimeSpan.Zero, TimeSpan.FromSeconds(1.5), "Grüße 🎧"), new FileChapter(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(3), "Second")], prepared.Tags.Chapters!.Value.AsEnumerable());
    }

    [Fact]
    public async Task The_first_of_several_tags_wins_and_the_others_fill_its_gaps()
    {
        byte[] png = [0x89, .. "PNG"u8, 0x0D, 0x0A, 0x1A, 0x0A, .. new byte[300]];
        var first = Tags.Id3v2(3, Tags.Frame(3, "TIT2", [0, .. "First title"u8]));
        var second = Tags.Id3v2(3, [.. Tags.Frame(3, "TIT2", [0, .. "Second title"u8]), .. Tags.Frame(3, "TPE1", [0, .. "AC/DC"u8]), .. Tags.Picture("image/png", 3, png)]);
        var third = Tags.Id3v2(4, Tags.Frame(4, "TALB", [3, .. "Third album"u8]));
        var prepared = await PrepareAsync([.. first, .. second, .. third, .. await Encoded.Mp3Async(128)], AudioFileKind.Mp3);
        Assert.Equal(("First title", "AC/DC", "Third album"), (prepared.Tags.Title, prepared.Tags.Artist, prepared.Tags.Album));
        Assert.Equal(png, await BytesAsync("one/art"));
    }

    [Fact]
    public async Task Old_tags_in_another_encoding_are_read()
    {
        var tag = new byte[128];
        "TAG"u8.CopyTo(tag);
        Encoding.Latin1.GetBytes("Gr\u00f6\u00dfe").CopyTo(tag, 3);
        Encoding.Latin1.GetBytes("Bj\u00f6rk").CopyTo(tag, 33);
        "Gr\u00f6\u00dfe"u8.CopyTo(tag.AsSpan(63)); // Some are in UTF-8.
        var prepared = await PrepareAsync([.. await Encoded.Mp3Async(128), .. tag], AudioFileKind.Mp3);
        Assert.Equal(("Gr\u00f6\u00dfe", "Bj\u00f6rk", "Gr\u00f6\u00dfe"), (prepared.Tags.Title, prepared.Tags.Artist, prepared.Tags.Album));
    }
}
