using System.IO.Compression;
using System.Text;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.RelayHost.Tests.OnDemand;

public sealed class AudioSnifferTests
{
    [Theory]
    [InlineData("mp3", AudioFileKind.Mp3)]
    [InlineData("aac", AudioFileKind.Aac)]
    [InlineData("m4a", AudioFileKind.M4a)]
    [InlineData("flac", AudioFileKind.Flac)]
    [InlineData("wav", AudioFileKind.Wav)]
    [InlineData("ogg", AudioFileKind.Ogg)]
    [InlineData("opus", AudioFileKind.Ogg)]
    [InlineData("mp2", AudioFileKind.Mp2)]
    [InlineData("aiff", AudioFileKind.Aiff)]
    [InlineData("wma", AudioFileKind.Asf)]
    [InlineData("wv", AudioFileKind.WavPack)]
    [InlineData("mka", AudioFileKind.Matroska)]
    [InlineData("webm", AudioFileKind.Matroska)]
    [InlineData("ac3", AudioFileKind.Ac3)]
    [InlineData("eac3", AudioFileKind.Eac3)]
    [InlineData("tta", AudioFileKind.Tta)]
    public async Task Each_kind_is_recognized_by_its_content(string extension, AudioFileKind kind)
    {
        var head = HeadOf(await File.ReadAllBytesAsync(await AudioFiles.TaggedAsync(extension)));
        Assert.Equal(new Sniffed(kind, null), AudioSniffer.Sniff(head));
    }

    [Theory]
    [InlineData(300 * 1024)]
    [InlineData(21 * 1024 * 1024)]
    public void A_tag_that_is_longer_than_the_head_gives_the_offset_of_the_audio(int length)
    {
        var sniffed = AudioSniffer.Sniff(HeadOf(Id3(length)));
        Assert.Equal(new Sniffed(null, length + 10), sniffed);
        Assert.Equal(length > AudioSniffer.LongestTag, sniffed.AudioOffset > AudioSniffer.LongestTag);
    }

    [Fact]
    public async Task Tags_and_garbage_before_the_first_frame_are_skipped()
    {
        var mp3 = await Encoded.Mp3Async(128);
        Assert.Equal(AudioFileKind.Mp3, AudioSniffer.Sniff(HeadOf([.. Id3(5000), .. Id3(2000), .. mp3])).Kind);
        var garbage = new byte[10 * 1024];
        new Random(1).NextBytes(garbage);
        Assert.Equal(AudioFileKind.Mp3, AudioSniffer.Sniff(HeadOf([.. garbage, .. mp3])).Kind);
        Assert.Equal(AudioFileKind.Aac, AudioSniffer.Sniff(HeadOf([.. Id3(5000), .. await Encoded.AacAsync(96)])).Kind);
        // A false header whose frame would be longer than the few frames that follow.
        var small = await Encoded.Mp3Async(32, 44100, 1);
        Assert.Equal(AudioFileKind.Mp3, AudioSniffer.Sniff([0xFF, 0xFB, 0xE0, 0x00, .. new byte[300], .. small[..600]]).Kind);
    }

    [Fact]
    public async Task Other_files_that_contain_frames_are_refused()
    {
        var mp3 = await Encoded.Mp3Async(128);
        var avi = await File.ReadAllBytesAsync(await AudioFiles.MakeAsync("sniffed.avi", "-f", "lavfi", "-i", "sine=duration=5", "-c:a", "libmp3lame", "-b:a", "128k"));
        using var zip = new MemoryStream();
        using (var archive = new ZipArchive(zip, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = archive.CreateEntry("a.mp3", CompressionLevel.NoCompression).Open())
            entry.Write(mp3);
        var noise = new byte[AudioSniffer.HeadLength];
        new Random(2).NextBytes(noise);
        foreach (var (name, bytes) in new (string, byte[])[]
        {
            ("avi", avi), ("zip", zip.ToArray()), ("m3u", Text("#EXTM3U\nhttp://x/\n", mp3)), ("ffconcat", Text("ffconcat version 1.0\nfile 'x'\n", mp3)),
            ("html", Text("<html>", mp3)), ("pls", Text("[playlist]\n", mp3)), ("empty", []), ("noise", noise), ("one frame", mp3[..417]), ("zeros", new byte[1000]),
            // Also behind a tag, which any file can begin with.
            ("tagged m3u", [.. Id3(100), .. Text("#EXTM3U\nhttp://x/\n", mp3)]), ("tagged avi", [.. Id3(100), .. avi]),
        })
        {
            Assert.True(AudioSniffer.Sniff(HeadOf(bytes)).Kind is null, name);
        }
    }

    [Theory]
    [InlineData("mp3", 44100, 2)]
    [InlineData("mp3", 44100, 1)]
    [InlineData("mp3", 22050, 2)]
    [InlineData("mp3", 22050, 1)]
    public async Task The_Xing_frame_is_distinguished_from_frames_with_audio(string extension, int sampleRate, int channels)
    {
        var file = await File.ReadAllBytesAsync(await AudioFiles.ToneAsync(extension, 3, sampleRate, channels));
        Assert.True(Id3Tag.TryReadLength(file, out var tag));
        var first = file.AsSpan(tag);
        Assert.True(FrameHeader.TryRead(first, out var info));
        Assert.True(XingFrame.TryRead(first[..info.Length], out _));
        var second = first[info.Length..];
        Assert.True(FrameHeader.TryRead(second, out var sound));
        Assert.False(XingFrame.TryRead(second[..sound.Length], out _));

        // The tag of the Fraunhofer encoder is always at the same position.
        var vbri = second[..sound.Length].ToArray();
        "VBRI"u8.CopyTo(vbri.AsSpan(36));
        Assert.True(XingFrame.TryRead(vbri, out _));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'I', (byte)'D', (byte)'3', 4, 0, 0x10, 0, 0, 1, 0 }, 148)]
    [InlineData(new byte[] { (byte)'I', (byte)'D', (byte)'3', 4, 0, 0, 0, 0, 0, 0 }, 10)]
    [InlineData(new byte[] { (byte)'I', (byte)'D', (byte)'3', 4, 0, 0, 0x80, 0, 0, 0 }, 0)]
    [InlineData(new byte[] { (byte)'I', (byte)'D', (byte)'3', 0xFF, 0, 0, 0, 0, 0, 0 }, 0)]
    [InlineData(new byte[] { (byte)'I', (byte)'D', (byte)'3', 4, 0 }, 0)]
    public void The_length_of_a_tag_is_read(byte[] bytes, int length)
    {
        Assert.Equal(length > 0, Id3Tag.TryReadLength(bytes, out var read));
        Assert.Equal(length, read);
    }

    internal static byte[] Id3(int length)
    {
        var tag = new byte[length + 10];
        "ID3\u0004\0\0"u8.CopyTo(tag);
        for (var i = 0; i < 4; i++)
            tag[6 + i] = (byte)((length >> (21 - (7 * i))) & 0x7F);
        return tag;
    }

    private static byte[] Text(string text, byte[] then) => [.. Encoding.ASCII.GetBytes(text), .. then];

    private static ReadOnlySpan<byte> HeadOf(byte[] file) => file.AsSpan(0, Math.Min(file.Length, AudioSniffer.HeadLength));
}
